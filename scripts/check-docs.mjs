// Checks the documentation against the tree: links, headings, paths, commands, quoted tests, error codes, variables.
// Prints each mistake as file: sentence, and exits with 1 where there is one.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { readManifest, root, workspaces } from './workspace/root.mjs';

const read = (file) => readFileSync(file, 'utf8');
const at = (...parts) => join(root, ...parts);
const skipped = new Set(['node_modules', 'dist', 'coverage', 'proof', '.git', '.turbo', '.changeset']);

function markdownIn(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return skipped.has(entry.name) ? [] : markdownIn(path);
    return entry.name.endsWith('.md') ? [path] : [];
  });
}

const withoutBlocks = (text) => text.replace(/^```.*?^```/gms, '');
const oneLine = (text) => text.replace(/\s+/g, ' ').trim();

/** The anchor that GitHub gives a heading. */
const anchorOf = (heading) =>
  heading
    .replace(/[`*]|\]\([^)]*\)|\[/g, '')
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M} _-]/gu, '')
    .replaceAll(' ', '-');
const anchorsOf = (file) =>
  [...withoutBlocks(read(file)).matchAll(/^#+ (.*)$/gm)].map(([, heading]) => anchorOf(heading));

function* checkLinks({ file, text }) {
  for (const [, label, target] of text.matchAll(/\[([^\]]+)\]\(([^)\s]+)\)/g)) {
    if (/^[a-z]+:/.test(target)) continue;
    const [path, anchor] = target.split('#');
    const linked = path === '' ? file : join(dirname(file), path);
    if (!existsSync(linked)) yield `the link to ${target} leads nowhere`;
    else if (anchor && !anchorsOf(linked).includes(anchor)) yield `${path} has no heading #${anchor}`;
    else yield* checkQuotedTest(oneLine(label), linked);
  }
}

/** A link whose text is a name in “quotation marks” claims that its target has a test of that name. */
function* checkQuotedTest(label, linked) {
  const [, name] = /^“(.+)”$/.exec(label) ?? [];
  if (name && !read(linked).includes(name)) yield `there is no test “${name}” in ${relative(root, linked)}`;
}

const sources = workspaces().flatMap(({ folder }) => [at(folder), at(folder, 'src')]);

function* checkPaths({ file, text }) {
  for (const [, path] of text.matchAll(
    /`([\w.@-]+(?:\/[\w.@-]+)*\/(?:[\w.@-]+\.(?:[cm]?[jt]s|json|md))?)`/g,
  )) {
    const bases = [root, dirname(file), ...sources];
    if (!bases.some((base) => existsSync(join(base, path)))) yield `there is no ${path}`;
  }
}

const { scripts } = readManifest('.');

function* checkCommands({ whole }) {
  for (const [, name] of whole.matchAll(/\bnpm run ([\w:-]+)/g)) {
    if (!(name in scripts)) yield `package.json has no script ${name}`;
  }
  for (const [, script] of whole.matchAll(/\bnode (scripts\/[\w/.-]+)/g)) {
    if (!existsSync(at(script))) yield `there is no ${script}`;
  }
}

const keysOf = (path, pattern) => [...read(at(path)).matchAll(pattern)].map(([, name]) => name);
const codes = keysOf('packages/sync-core/src/errors/error-codes.ts', /^ {2}(SYNC_[A-Z_]+): \{/gm);
const variables = keysOf('apps/bomba-server/src/config/environment-variables.ts', /^ {2}([A-Z][A-Z_]+): /gm);
const isKnown = (name) => codes.includes(name) || variables.includes(name);

function* checkNames({ text }) {
  for (const [, name] of text.matchAll(/`(SYNC_[A-Z_]*[A-Z])(?:=\w+)?`/g)) {
    if (!isKnown(name)) yield `${name} is neither an error code nor a variable`;
  }
}

function* checkRunbook({ file, text }) {
  if (file !== at('docs', '06-operations.md')) return;
  const missing = [...codes, ...variables].filter((name) => !text.includes(`\`${name}\``));
  for (const name of missing) yield `the runbook leaves ${name} out`;
}

const checks = [checkLinks, checkPaths, checkCommands, checkNames, checkRunbook];
const files = markdownIn(root);
const mistakes = files.flatMap((file) => {
  const whole = read(file);
  const page = { file, whole, text: withoutBlocks(whole) };
  return checks.flatMap((check) => [...check(page)].map((mistake) => `${relative(root, file)}: ${mistake}`));
});

for (const mistake of mistakes) console.error(mistake);
console.log(`${files.length} pages, ${mistakes.length} mistakes`);
if (mistakes.length > 0) process.exitCode = 1;

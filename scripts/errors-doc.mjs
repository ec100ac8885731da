// Writes docs/errors.md from the table of error codes in sync-core, which must be built. With `--check` it writes
// nothing and fails where the page is not what it would write.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { root } from './workspace/root.mjs';

const page = join(root, 'docs', 'errors.md');
const table = join(root, 'packages', 'sync-core', 'dist', 'errors', 'error-codes.js');

const introduction = `# Error codes

Every error of bomba-sync is a \`SyncError\`. Its \`code\` is one of these, \`retryable\` says whether trying again can
help, and \`remedy\` says what to do. The codes are part of the public interface, the wording of messages is not.

This page is generated from \`packages/sync-core/src/errors/error-codes.ts\` by \`npm run errors:doc\`.`;

const section = ([code, { meaning, retryable, remedy }]) =>
  `## ${code}\n\n${meaning}\n\n- Retryable: ${retryable ? 'yes' : 'no'}\n- Remedy: ${remedy}`;

async function generate() {
  const { errorCodes } = await import(pathToFileURL(table).href);
  const markdown = [introduction, ...Object.entries(errorCodes).map(section)].join('\n\n');
  return format(markdown, { ...(await resolveConfig(page)), filepath: page });
}

const text = await generate();
if (!process.argv.includes('--check')) {
  writeFileSync(page, text);
} else if (!existsSync(page) || readFileSync(page, 'utf8').replaceAll('\r\n', '\n') !== text) {
  console.error('docs/errors.md is not what the table of error codes says: run npm run errors:doc.');
  process.exitCode = 1;
}

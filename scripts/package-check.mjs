// Packs the published packages and unpacks them in an empty folder beside the peers of this workspace: every entry
// point must load there with `import` and with `require`, each program must run, and the tarballs must hold what they should.
import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { root, workspaces } from './workspace/root.mjs';

const scratch = mkdtempSync(join(tmpdir(), 'bomba-packages-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));
const installed = (name) => join(scratch, 'node_modules', name);
const rangesOf = ({ manifest }) => ({ ...manifest.dependencies, ...manifest.peerDependencies });

/** Packs one package and unpacks it where a user's project would have it. */
function unpack({ folder, manifest }) {
  const pnpm = join(root, 'node_modules', 'pnpm', 'bin', 'pnpm.cjs');
  const packed = execFileSync(process.execPath, [pnpm, 'pack', '--json', '--pack-destination', scratch], {
    cwd: join(root, folder),
    encoding: 'utf8',
  });
  const target = installed(manifest.name);
  mkdirSync(target, { recursive: true });
  execFileSync('tar', ['-xzf', JSON.parse(packed).filename, '--strip-components=1', '-C', target]);
  return { folder, manifest: JSON.parse(readFileSync(join(target, 'package.json'), 'utf8')) };
}

function linkDependencies(unpacked) {
  for (const name of Object.keys(rangesOf(unpacked)).filter((name) => !existsSync(installed(name)))) {
    mkdirSync(dirname(installed(name)), { recursive: true });
    symlinkSync(realpathSync(join(root, unpacked.folder, 'node_modules', name)), installed(name), 'junction');
  }
}

function problemsOf(unpacked) {
  const { name } = unpacked.manifest;
  const has = (path) => existsSync(join(installed(name), path));
  return [
    ...Object.entries(rangesOf(unpacked))
      .filter(([, range]) => /^(workspace|catalog):/.test(range))
      .map(([dependency, range]) => `${name}: packing left ${dependency} at "${range}"`),
    ...['dist/index.js', 'dist/index.d.ts']
      .filter((path) => !has(path))
      .map((path) => `${name}: ${path} is missing`),
    ...['test', 'bench', 'dist/.tsbuildinfo'].filter(has).map((path) => `${name}: ${path} is published`),
  ];
}

const entryPoints = ({ manifest }) =>
  Object.keys(manifest.exports)
    .filter((path) => path !== './package.json')
    .map((path) => manifest.name + path.slice(1));

/** Runs one of the loaders inside the scratch project; tells whether it succeeded. */
function load(loader, entries) {
  cpSync(join(root, 'scripts', 'package', loader), join(scratch, loader));
  try {
    execFileSync(process.execPath, [loader, ...entries], {
      cwd: scratch,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    return true;
  } catch {
    return false;
  }
}

// A package without an index is not there yet; that it has none fails elsewhere (publint).
const isWritten = ({ folder }) => existsSync(join(root, folder, 'src', 'index.ts'));
const published = workspaces().filter(({ manifest }) => manifest.private !== true);
for (const { manifest } of published.filter((one) => !isWritten(one)))
  console.log(`${manifest.name}: no index yet`);

/** Runs the programs of a package, as they were packed: each must know its version. */
function programProblemsOf({ manifest: { name, version, bin = {} } }) {
  return Object.entries(bin).flatMap(([program, path]) => {
    const said = spawnSync(process.execPath, [join(installed(name), path), '--version'], {
      encoding: 'utf8',
    });
    return said.status === 0 && said.stdout === `${version}\n`
      ? []
      : [`${name}: ${program} does not run: ${said.stderr}`];
  });
}

const unpacked = published.filter(isWritten).map(unpack);
unpacked.forEach(linkDependencies);
const problems = [...unpacked.flatMap(problemsOf), ...unpacked.flatMap(programProblemsOf)];
problems.forEach((problem) => console.error(problem));
const entries = unpacked.flatMap(entryPoints);
const loads = ['load-both-ways.cjs', 'load-as-modules.mjs'].map((loader) => load(loader, entries));
process.exitCode = problems.length === 0 && loads.every(Boolean) ? 0 : 1;

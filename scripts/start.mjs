// `npm start`: installs and builds where needed, then becomes the demo. What the set-up prints goes to stderr.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { checkNode } from './workspace/check-node.mjs';
import { install } from './workspace/install.mjs';
import { root } from './workspace/root.mjs';
import { turbo } from './workspace/tools.mjs';

const stop = (sentence) => {
  console.error(sentence);
  process.exit(1);
};

async function build() {
  const started = performance.now();
  const seconds = () => Math.round((performance.now() - started) / 1000);
  const progress = setInterval(() => {
    if (seconds() === 1 || seconds() % 5 === 0) console.error(`Building ... ${seconds()} s`);
  }, 1_000);
  const code = await turbo(['run', 'build', '--filter=@bomba/bomba-demo', '--output-logs=errors-only'], {
    output: 'stderr',
  });
  clearInterval(progress);
  return code;
}

// When npm is told to stop it ends the shell between us and itself, and nobody tells us.
function stopWithParent() {
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    process.kill(process.pid, 'SIGTERM');
  }, 500);
  watch.unref();
}

checkNode();
if ((await install()) !== 0) {
  stop(
    'The packages could not be installed: see above, check the connection to the npm registry, then repeat.',
  );
}
if ((await build()) !== 0) stop('The build failed: see the first error above.');

// The demo runs in this process, so stdin, stdout, signals and the exit code are its own.
const main = join(root, 'apps', 'bomba-demo', 'dist', 'main.js');
process.setSourceMapsEnabled(true);
process.argv[1] = main;
if (process.env.npm_lifecycle_event === 'start') stopWithParent();
await import(pathToFileURL(main).href);

// `pnpm bench <suite>`: builds where needed, then runs a benchmark of packages/sync-mongo/bench. `--help` lists them.
import { checkNode } from './workspace/check-node.mjs';
import { install } from './workspace/install.mjs';
import { nodeScript, turbo } from './workspace/tools.mjs';

const packages = ['@bomba/sync-mongo', '@bomba/sync-testkit'].map((name) => `--filter=${name}`);
const quietly = { output: 'stderr' };

checkNode();
if ((await install()) !== 0) process.exit(1);
const task = ['bench:build', ...packages, '--output-logs=errors-only'];
if ((await turbo(['run', ...task], quietly)) !== 0) process.exit(1);
process.exitCode = await nodeScript('packages/sync-mongo/bench/dist/main.js', process.argv.slice(2));

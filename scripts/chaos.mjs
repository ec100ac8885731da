// `pnpm chaos --minutes N --seed S`: random histories on real databases until the time is up. `--help` says more.
import { parseArgs } from 'node:util';
import { checkNode } from './workspace/check-node.mjs';
import { install } from './workspace/install.mjs';
import { nodeScript, turbo } from './workspace/tools.mjs';

const help = `pnpm chaos [--minutes N] [--seed S] [--histories N] [--branches N] [--concurrency N] [--rules] [--keep]

Random histories on real databases: branches as processes that are killed, a faulty wire between each branch and Atlas,
writes in every way on few keys, a foreign hand on Atlas. Then everything heals, and a checker judges what all
sides hold. Each history comes from one seed; its timing is that of real processes, so a seed repeats it as far as
that goes.

  --minutes N      how long to begin new histories (default 5)
  --seed S         the first seed, the others follow it (default: random)
  --histories N    ends after that many, whatever the time
  --branches N     how many branches (default 3)
  --concurrency N  how many histories at a time (default 2)
  --rules          with business rules: computed fields, validation, a unique index, an excluded collection and field
  --keep           keeps the logs of sound histories, too
  --help           this text

Ends with code 1 where a law was broken, and prints the seed and where the operation log is.`;

const number = { type: 'string' };
const options = {
  ...{ minutes: number, seed: number, histories: number, branches: number, concurrency: number },
  ...{ rules: { type: 'boolean' }, keep: { type: 'boolean' }, help: { type: 'boolean' } },
};

function parse() {
  try {
    const { values } = parseArgs({ options });
    const given = Object.entries(values).filter(([, value]) => typeof value === 'string');
    const wrong = given.find(([, text]) => !(Number(text) >= 0));
    if (wrong) throw new Error(`--${wrong[0]} takes a number, not "${wrong[1]}".`);
    return values;
  } catch (error) {
    console.error(`${error.message}\n\n${help}`);
    process.exit(2);
  }
}

const values = parse();
if (values.help) {
  console.log(help);
  process.exit(0);
}
checkNode();
if ((await install()) !== 0) process.exit(1);
const filters = ['@bomba/sync-mongo', '@bomba/sync-testkit'].map((name) => `--filter=${name}`);
const built = await turbo(['run', 'build', ...filters, '--output-logs=errors-only'], { output: 'stderr' });
if (built !== 0) process.exit(1);
process.exitCode = await nodeScript('scripts/chaos/run.mjs', [JSON.stringify(values)]);

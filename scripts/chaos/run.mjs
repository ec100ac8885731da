// The histories themselves, on built packages; scripts/chaos.mjs reads the arguments and builds.
import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { runChaos } from '../../packages/sync-testkit/dist/chaos/index.js';
import { root } from '../workspace/root.mjs';

const given = JSON.parse(process.argv[2]);
const firstSeed = Number(given.seed ?? randomInt(2 ** 30));
const historyCount = Number(given.histories ?? Infinity);
const untilMs = performance.now() + Number(given.minutes ?? 5) * 60_000;
const program = join(root, 'packages/sync-mongo/test/integration/chaos/chaos-process.mjs');

function* seeds() {
  for (let index = 0; index < historyCount && performance.now() < untilMs; index += 1)
    yield firstSeed + index;
}

const sum = { histories: 0, writes: 0, kills: 0, kept: 0, held: 0, unanswered: 0, broken: 0 };

function onHistory({
  seed,
  isSound,
  violations,
  failures,
  directory,
  writeCount,
  killCount,
  keptCount,
  ...more
}) {
  sum.histories += 1;
  sum.writes += writeCount;
  sum.kills += killCount;
  sum.kept += keptCount;
  sum.held += more.heldCount;
  sum.unanswered += more.unanswered.length;
  if (!isSound) {
    sum.broken += 1;
    process.stderr.write(process.stderr.isTTY ? '\n' : '');
    console.log(`seed ${seed} broke a law; its operation log: ${directory}`);
    for (const failure of failures) console.log(`  ${failure}`);
    for (const { rule, key, detail } of violations) console.log(`  ${rule} ${key ?? ''}: ${detail}`);
  }
  const { histories, writes, kills, kept, held, unanswered, broken } = sum;
  const line = `${histories} histories, ${writes} writes, ${kills} kills, ${unanswered} unanswered pushes, ${kept} losers kept, ${held} held, ${broken} broken (seed ${seed})`;
  process.stderr.write(process.stderr.isTTY ? `\r${line}` : `${line}\n`);
}

console.log(`first seed ${firstSeed}`);
await runChaos({
  ...{ program, seeds: seeds(), onHistory, keepsLogs: given.keep === true, hasRules: given.rules === true },
  ...(given.branches !== undefined && { branchCount: Number(given.branches) }),
  ...(given.concurrency !== undefined && { concurrency: Number(given.concurrency) }),
});
process.stderr.write(process.stderr.isTTY ? '\n' : '');
console.log(`${sum.histories} histories from seed ${firstSeed}: ${sum.broken} broke a law`);
process.exitCode = sum.broken === 0 ? 0 : 1;

import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { turbo } from '../workspace/tools.mjs';

const AT_ONCE = 250;
const SHOWN = 20;
const PROGRESS_EVERY_MS = 10_000;

/** Answers one request after the other on a thread of its own, until `nextPart` has no more. */
function runThread(nextPart, onDone) {
  const thread = new Worker(new URL('simulation-thread.mjs', import.meta.url));
  return new Promise((resolve, reject) => {
    let part = nextPart();
    const goOn = () => (part ? thread.postMessage(part) : resolve(thread.terminate()));
    thread.on('message', (broken) => {
      onDone(part.count, broken);
      part = nextPart();
      goOn();
    });
    thread.on('error', reject);
    goOn();
  });
}

function showProgress(done, count, startedMs) {
  const restMs = ((performance.now() - startedMs) / done) * (count - done);
  console.log(`${done} of ${count} histories, ${Math.ceil(restMs / 60_000)} min left`);
}

/**
 * Simulates `count` histories from seed `first` on all cores, outside of Jest, which halves their pace; resolves with
 * the counts of a test report. Every history that breaks a law is counted, the first of them are printed.
 */
export async function simulateHistories({ first, count }) {
  if ((await turbo(['run', 'build', '--filter=@bomba/sync-testkit', '--output-logs=errors-only'])) !== 0)
    throw new Error('The packages could not be built.');
  const startedMs = performance.now();
  const all = [];
  let [asked, done, shownMs] = [0, 0, startedMs];
  const nextPart = () => {
    const part = { first: first + asked, count: Math.min(AT_ONCE, count - asked) };
    asked += part.count;
    return part.count > 0 ? part : null;
  };
  const onDone = (ran, broken) => {
    done += ran;
    for (const { seed, message } of broken.slice(0, Math.max(0, SHOWN - all.length)))
      console.error(`history ${seed}: ${message}`);
    all.push(...broken);
    if (performance.now() - shownMs < PROGRESS_EVERY_MS && done < count) return;
    shownMs = performance.now();
    showProgress(done, count, startedMs);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, () => runThread(nextPart, onDone)));
  return {
    name: 'simulated histories',
    passed: done - all.length,
    failed: all.length,
    skipped: 0,
    durationMs: performance.now() - startedMs,
  };
}

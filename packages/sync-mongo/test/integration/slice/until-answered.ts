import { waitFor } from '@bomba/sync-testkit';
import { type BranchProcess } from './two-branches.js';

/** Waits until Atlas' stream has answered so often, if only that there is nothing. */
export async function untilAnswered({ sync }: BranchProcess, count: number): Promise<void> {
  let [answerCount, answeredAtMs] = [0, sync.status().pulledAtMs];
  const hasAnswered = (): boolean => {
    const { pulledAtMs } = sync.status();
    if (pulledAtMs !== answeredAtMs) answerCount++;
    answeredAtMs = pulledAtMs;
    return answerCount >= count;
  };
  await waitFor(hasAnswered, { what: 'the stream to answer so often', timeoutMs: 30_000 });
}

import { type DocumentKey, type QuarantineEntry } from '@bomba/sync-core';
import { type UniqueOf } from '@bomba/sync-core/memory';
import { type Branch } from './branch.js';
import { type History, toHistory, type WriteId } from './history.js';
import { type World } from './world.js';

/** How many values there are: one more than documents, so that most are taken. */
function numberOf(write: WriteId, keyCount: number): string {
  return String(write % (keyCount + 1));
}

/** The value of a content: its last write gave it. */
export function uniqueNumber(keyCount: number): UniqueOf {
  return (body) => ({ number: numberOf(Math.max(...toHistory(body)), keyCount) });
}

/** Whether Local would refuse the application's next write of the key, for its value; the next one has another. */
export function isRefused({ scenario, ledger }: World, branch: Branch, key: DocumentKey): boolean {
  if (!scenario.unique) return false;
  const wanted = numberOf(ledger.next, scenario.keyCount);
  const taken = (history: History): boolean => numberOf(Math.max(...history), scenario.keyCount) === wanted;
  const isTaken = [...branch.documents].some(([other, { body }]) => other !== key && taken(toHistory(body)));
  if (isTaken) ledger.skip();
  return isTaken;
}

/** Whether another document has the value of a state on Atlas. */
export function isTakenOnAtlas(
  { atlas, scenario }: World,
  { key, body }: Pick<QuarantineEntry, 'key' | 'body'>,
): boolean {
  const uniqueOf = uniqueNumber(scenario.keyCount);
  const wanted = uniqueOf(body)['number'];
  return [...atlas.documents].some(
    ([other, state]) => other !== key && uniqueOf(state.body)['number'] === wanted,
  );
}

import { ATLAS, type ChaosViolation, type RecordedHistory } from './recorded-history.js';

/** How much of a stamp is its time, in hexadecimal; the rest is the write's own. */
const TIME_LENGTH = 12;

/** A write becomes one version, however often it is tried: a branch that did not hear of its push recognises it. */
export function checkVersions({ versions }: RecordedHistory): readonly ChaosViolation[] {
  const stored = new Map<string, string>();
  return versions.flatMap(({ place, key, stamp, token }): readonly ChaosViolation[] => {
    if (place !== ATLAS) return [];
    const write = `${key} ${stamp.slice(TIME_LENGTH)}`;
    const first = stored.get(write) ?? stamp;
    stored.set(write, first);
    if (first === stamp) return [];
    return [{ rule: 'pushed-twice', key, detail: `${token} became ${first} and ${stamp}` }];
  });
}

import {
  type QuarantineEntry,
  type QuarantineMark,
  type ValueWait,
  valueWaitOf,
} from '../quarantine/quarantine-record.js';

/** An entry of the quarantine as it is stored. */
export type MemoryQuarantined = QuarantineEntry & {
  readonly attemptCount: number;
  readonly wait: ValueWait;
};

/** An entry that takes the place of the one `before` it, if any. */
export function quarantinedAfter(
  before: MemoryQuarantined | undefined,
  entry: QuarantineEntry,
): MemoryQuarantined {
  const wait = { ...valueWaitOf(entry), again: before?.wait.again ?? null };
  return { ...entry, wait, attemptCount: (before?.attemptCount ?? 0) + 1 };
}

/** What identifies an entry; null where there is none. */
export function markOf(id: string, entry: MemoryQuarantined | undefined): QuarantineMark | null {
  if (!entry) return null;
  const { key, direction, stamp, waits, base, wait } = entry;
  return { id, key, direction, stamp, waits, wait, ...(base !== undefined && { base }) };
}

/** A page of entries, without the states. */
export function marksBehind(
  quarantine: ReadonlyMap<string, MemoryQuarantined>,
  { after, limit }: { readonly after: string | null; readonly limit: number },
): readonly QuarantineMark[] {
  return [...quarantine]
    .flatMap(([id, entry]) => markOf(id, entry) ?? [])
    .filter(({ id }) => after === null || id > after)
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .slice(0, limit);
}

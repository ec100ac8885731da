import { isDeepStrictEqual } from 'node:util';

interface Shown {
  readonly shown: unknown;
}

/**
 * Which item of a list each item of a changed list was: those before and behind the change, those that were moved, and
 * where as many were changed as stand there now, those in the same places. Null: a new one.
 */
export function sameItems<T extends Shown>(
  now: readonly unknown[],
  before: readonly T[],
): readonly (T | null)[] {
  const least = Math.min(now.length, before.length);
  const shift = before.length - now.length;
  const isSame = (i: number, j: number): boolean => isDeepStrictEqual(now[i], before[j]?.shown);
  let start = 0;
  while (start < least && isSame(start, start)) start++;
  let end = now.length;
  while (end > start && end + shift > start && isSame(end - 1, end - 1 + shift)) end--;
  const moved = new Map(before.slice(start, end + shift).map((item) => [JSON.stringify(item.shown), item]));
  return now.map((item, i) => {
    if (i < start) return before[i] ?? null;
    if (i >= end) return before[i + shift] ?? null;
    return moved.get(JSON.stringify(item)) ?? (shift === 0 ? (before[i] ?? null) : null);
  });
}

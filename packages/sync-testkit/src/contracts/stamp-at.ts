import { createStamp, type Stamp } from '@bomba/sync-core';

/** The moment at which the stores of a contract's adapters are, in ms since the epoch. */
export const CONTRACT_NOW_MS = 1_750_000_000_000;

/** A stamp of its own for each number; greater numbers are later, all of them lie in the minute before now. */
export function stampAt(number: number): Stamp {
  const random = new Uint8Array(16).fill(number % 256);
  return createStamp({ timeMs: CONTRACT_NOW_MS - 60_000 + number * 10, counter: number, random });
}

import { randomBytes } from 'node:crypto';
import { type Random } from '@bomba/sync-core';

const TWO_TO_32 = 2 ** 32;

/** The machine's randomness. */
export const systemRandom: Random = {
  bytes: (count) => randomBytes(count),
  fraction: () => randomBytes(4).readUInt32LE(0) / TWO_TO_32,
};

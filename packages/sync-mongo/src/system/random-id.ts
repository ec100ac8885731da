import { type Random } from '@bomba/sync-core';

/** An id that nobody else makes, as 24 hexadecimal digits. */
export function randomId(random: Random): string {
  return Buffer.from(random.bytes(12)).toString('hex');
}

import { randomInt } from 'node:crypto';

/** Letters and digits that nobody mistakes for one another when read aloud. */
const alphabet = '23456789ABCDEFGHJKMNPQRSTVWXYZ';
const randomLength = 6;

/**
 * A number for an order or a bill that people can read to each other: `CAI-251124-7KQ2XM`, branch, day and chance. It
 * needs no counter that branches would have to share, so it can be given out offline; the unique index catches the
 * rest.
 */
export function createSlipNumber(branch: string | undefined, at = new Date()): string {
  const twoDigits = (value: number): string => String(value % 100).padStart(2, '0');
  const day = [at.getFullYear(), at.getMonth() + 1, at.getDate()].map(twoDigits).join('');
  const chance = Array.from({ length: randomLength }, () => alphabet[randomInt(alphabet.length)]).join('');
  return [branch, day, chance].filter((part) => part !== undefined).join('-');
}

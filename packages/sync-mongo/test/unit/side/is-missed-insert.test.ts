import { describe, expect, it } from '@jest/globals';
import { isMissedInsert } from '../../../src/side/is-missed-insert.js';

const duplicate = { code: 11_000 };
const never = async (): Promise<never> => {
  throw new Error('nobody should ask');
};

describe('an insert that failed', () => {
  it('is a miss where the server says that the document itself was there, though it is gone by now', async () => {
    const failure = { ...duplicate, keyPattern: { _id: 1 } };
    expect(await isMissedInsert({ failure, isPresent: never, again: never })).toBe(true);
  });

  it('is refused where the server names another key, and the document is not there', async () => {
    const failure = { ...duplicate, keyPattern: { name: 1 } };
    expect(await isMissedInsert({ failure, isPresent: async () => false, again: never })).toBe(false);
  });

  it('is a miss where the document is there, whatever the server says', async () => {
    const failure = { ...duplicate, keyPattern: { name: 1 } };
    expect(await isMissedInsert({ failure, isPresent: async () => true, again: never })).toBe(true);
  });

  it('is a miss where nobody names the key, and a second one succeeds', async () => {
    const again = async () => null;
    expect(await isMissedInsert({ failure: duplicate, isPresent: async () => false, again })).toBe(true);
  });

  it('is refused where nobody names the key, and a second one fails while the document is still not there', async () => {
    const again = async () => duplicate;
    expect(await isMissedInsert({ failure: duplicate, isPresent: async () => false, again })).toBe(false);
  });

  it('is no miss where it failed for another reason', async () => {
    expect(await isMissedInsert({ failure: { code: 121 }, isPresent: never, again: never })).toBe(false);
  });
});

import assert from 'node:assert/strict';
import { type Body } from '@bomba/sync-core';

/** What a reading that may be cut short has found, by content; null where there is nothing. */
export type Within = readonly ({ readonly body: Body } | null | 'later')[];

/**
 * Proves a reading of two present documents and an absent one, of which one fills a batch: it reads one document, and
 * says `later` of what it has not read; with more room it reads all, and says what is absent.
 */
export async function proveWithin(read: (maxBytes: number) => Promise<Within>): Promise<void> {
  const short = await read(1);
  assert.equal(
    short.filter((found) => found !== null && found !== 'later').length,
    1,
    'what fits, and no more',
  );
  assert.equal(short.filter((found) => found === 'later').length, 2, 'the rest is for later');
  const kinds = (await read(10_000)).map((found) => (found === null || found === 'later' ? found : 'read'));
  assert.deepEqual(kinds, ['read', null, 'read']);
}

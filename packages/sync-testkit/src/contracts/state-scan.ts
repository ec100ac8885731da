import assert from 'node:assert/strict';
import { type DocumentKey, type ScannedState, type StatePage, type StateScan } from '@bomba/sync-core';
import { hex } from './local/local-steps.js';

/** A side's scan of the states of one collection, and what is there; no digest named: any will do. */
export interface StateScanProof {
  readonly scan: (page: Omit<StateScan, 'collection'>) => Promise<StatePage>;
  readonly wanted: readonly WantedState[];
  /** A key of which nothing is there. */
  readonly absent: DocumentKey;
}

type WantedState = Omit<ScannedState, 'digest' | 'onAtlas' | 'onLocal'> &
  Partial<Pick<ScannedState, 'digest'>>;

/** Proves that of some keys a scan shows those that are there, and nothing else. */
async function proveAmong({ scan, wanted, absent }: StateScanProof): Promise<void> {
  const some = wanted.filter((_, i) => i % 2 === 0).map(({ key }) => key);
  for (const among of [some, [...some].reverse(), [absent], []]) {
    const page = await scan({ after: null, limit: 100, maxBytes: 100_000, among });
    const found = page.states.map(({ key }) => key);
    assert.deepEqual(
      found,
      some.filter((key) => among.includes(key)),
    );
    assert.ok(page.isEnd || found.length === among.length, 'there is more of keys than they are');
  }
}

/** Proves that a scan shows what is there, whole, in pages of each length, and one by one where each fills a page. */
export async function proveStateScan({ scan, wanted, absent }: StateScanProof): Promise<void> {
  await proveAmong({ scan, wanted, absent });
  for (const { limit, maxBytes } of [
    { limit: 100, maxBytes: 100_000 },
    ...wanted.map((_, i) => ({ limit: i + 1, maxBytes: 100_000 })),
    { limit: 100, maxBytes: 1 },
  ]) {
    const found: ScannedState[] = [];
    for (let isEnd = false; !isEnd;) {
      const page = await scan({ after: found.at(-1)?.key ?? null, limit, maxBytes });
      assert.ok(page.states.length <= (maxBytes === 1 ? 1 : limit), 'a page is longer than it may be');
      assert.ok(page.isEnd || page.states.length > 0, 'a page is empty before the end');
      found.push(...page.states);
      isEnd = page.isEnd;
    }
    assert.deepEqual(
      found.map(({ key, stamp, isPlain, body, digest }, i) => ({
        ...{ key, stamp, isPlain },
        body: hex(body),
        digest: wanted[i]?.digest === undefined ? undefined : digest,
      })),
      wanted.map(({ body, digest, ...state }) => ({ ...state, body: hex(body), digest })),
    );
  }
}

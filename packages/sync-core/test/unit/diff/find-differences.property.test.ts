import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type DifferenceKind } from '../../../src/control/full-sync-report.js';
import { type ConfirmedPage, confirmPage } from '../../../src/diff/confirm-page.js';
import { type DiffPlace, diffStart } from '../../../src/diff/diff-page.js';
import { type Candidate, findCandidates, findPage, type FoundPage } from '../../../src/diff/find-page.js';
import { unsureKeys } from '../../../src/diff/unsure-keys.js';
import { repairConfirmed } from '../../../src/diff/repair-confirmed.js';
import { type DocumentKey } from '../../../src/document-key/document-key.js';
import { type Stamp } from '../../../src/protocol/stamp.js';
import { stampAt } from '../protocol/stamps.js';
import { keyOf } from '../queue/operations.js';
import { type Run, writesOf } from '../run-step.js';
import { documentAt, TwoSides } from '../two-sides.js';

const RULES = { collection: 'bills', dryRun: true, maxUnexplainedDeletes: Infinity } as const;

/** A version of a document, as one side holds it. */
interface Held {
  readonly content: number;
  readonly version: number;
}
interface Pair {
  readonly local: (Held & { readonly written: boolean }) | null;
  readonly atlas: Held | null;
}

const held = { content: fc.nat(2), version: fc.nat(3) };
const pair: fc.Arbitrary<Pair> = fc.record({
  local: fc.option(fc.record({ ...held, written: fc.boolean() })),
  atlas: fc.option(fc.record(held)),
});
const pairs = fc.array(pair, { minLength: 0, maxLength: 12 });

/** The ids of a version: of one number there is one. */
const stampOf = (version: number): Stamp => stampAt(version + 1);
const writeOf = (number: number): Stamp => stampAt(100 + number);

function sidesOf(collections: readonly Pair[]): TwoSides {
  const sides = new TwoSides();
  sides.mayPush = false; // else what is written is on its way
  collections.forEach(({ local, atlas }, number) => {
    const key = keyOf(number);
    if (atlas) sides.atlas.documents.set(key, documentAt(stampOf(atlas.version), atlas.content));
    if (!local) return;
    const { content, version, written } = local;
    sides.local.documents.set(
      key,
      documentAt(stampOf(version), content, written ? { digest: null, dirty: writeOf(number) } : {}),
    );
  });
  return sides;
}

/** The oracle: both collections as sets of documents, compared without any of the product's code. */
function expected({ local, atlas }: Pair): DifferenceKind | 'equal' {
  if (!local && !atlas) return 'equal';
  if (!local) return 'missing-on-local';
  if (!atlas) return 'missing-on-atlas';
  if (local.content !== atlas.content) return 'differs';
  return local.written || local.version !== atlas.version ? 'metadata-only' : 'equal';
}

/** What both sides hold of these keys, as it is read before any of them is looked at. */
function onBothSides(
  { local, atlas }: TwoSides,
  keys: readonly DocumentKey[],
): Parameters<typeof unsureKeys>[2] {
  const scan = {
    op: 'scanStates',
    collection: 'bills',
    after: null,
    limit: 100,
    maxBytes: 1e6,
    among: keys,
  } as const;
  const asked = { op: 'readTombstones', entries: keys } as const;
  return {
    local: {
      page: local.perform({ side: 'local', ...scan }),
      tombstones: local.perform({ side: 'local', ...asked }),
    },
    atlas: {
      page: atlas.perform({ side: 'atlas', ...scan }),
      tombstones: atlas.perform({ side: 'atlas', ...asked }),
    },
  };
}

/** All that two looks find. */
function findAll(sides: TwoSides, pageSize: number): ConfirmedPage & { readonly writes: readonly string[] } {
  const candidates: Candidate[] = [];
  const writes: string[] = [];
  for (let place: DiffPlace | null = diffStart; place;) {
    const run: Run<FoundPage> = sides.run(findPage(sides.context, { ...RULES, pageSize }, place));
    candidates.push(...run.result.candidates);
    writes.push(...writesOf(run));
    place = run.result.next;
  }
  const confirming = sides.run(confirmPage(sides.context, candidates));
  writes.push(...writesOf(confirming));
  return { ...confirming.result, writes };
}

describe('a full sync', () => {
  it(
    '**Feature: dual-mongodb-sync, Property 8: Full sync difference detection** ' +
      'For any two collections, it finds exactly the documents that a comparison of both as sets finds, each of its kind, ' +
      'and changes nothing by looking',
    () => {
      fc.assert(
        fc.property(pairs, fc.integer({ min: 1, max: 5 }), (collections, pageSize) => {
          const { confirmed, moving, writes } = findAll(sidesOf(collections), pageSize);
          const wanted = new Map<DocumentKey, DifferenceKind>();
          collections.forEach((at, number) => {
            const kind = expected(at);
            if (kind !== 'equal') wanted.set(keyOf(number), kind);
          });
          expect(new Map(confirmed.map(({ key, kind }) => [key, kind]))).toEqual(wanted);
          expect(confirmed).toHaveLength(wanted.size);
          expect([...moving, ...writes]).toEqual([]);
        }),
        { numRuns: 1_000 },
      );
    },
  );

  it('finds of the keys that it is given alone what it finds of them among all', () => {
    let plainCount = 0;
    fc.assert(
      fc.property(pairs, fc.integer({ min: 1, max: 5 }), (collections, pageSize) => {
        const sides = sidesOf(collections);
        const keys = collections.map((_, number) => keyOf(number)).filter((_, number) => number % 2 === 0);
        const unsure = unsureKeys(sides.context, keys, onBothSides(sides, keys));
        const candidates = sides.run(findCandidates(sides.context, unsure, pageSize)).result;
        const among = findAll(sides, pageSize).confirmed.map(({ key }) => key);
        expect(candidates.map(({ key }) => key)).toEqual(keys.filter((key) => among.includes(key)));
        expect(keys.filter((key) => among.includes(key) && !unsure.includes(key))).toEqual([]);
        plainCount += keys.length - unsure.length;
      }),
      { numRuns: 1_000 },
    );
    expect(plainCount).toBeGreaterThan(20); // what plainly holds the same needs no look
  });

  it('finds nothing after the repair of what it found, whatever that was', () => {
    fc.assert(
      fc.property(pairs, fc.integer({ min: 1, max: 5 }), (collections, pageSize) => {
        const sides = sidesOf(collections);
        const { confirmed } = findAll(sides, pageSize);
        sides.mayPush = true;
        sides.run(repairConfirmed(sides.context, confirmed));
        expect(findAll(sides, pageSize).confirmed).toEqual([]);
      }),
    );
  });
});

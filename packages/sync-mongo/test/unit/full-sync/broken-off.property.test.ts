import { describe, expect, it } from '@jest/globals';
import {
  canonicalIdOf,
  collectionOf,
  type DifferenceKind,
  type DocumentKey,
  type FullSyncReport,
} from '@bomba/sync-core';
import { type MemoryDocument } from '@bomba/sync-core/memory';
import { BSON } from 'mongodb';
import fc from 'fast-check';
import { documentKeyOf } from '../../../src/bson/document-key.js';
import { anyId } from '../bson/arbitrary-id.js';
import { BreakableRuns, type Breaks, COLLECTIONS, WAYS } from './breakable-runs.js';
import { documentOf, stampOf } from './memory-states.js';

/** What both sides have of a key: contents and versions by number, `written`: since its version. */
interface Pair {
  readonly key: DocumentKey;
  readonly local: { readonly content: number; readonly version: number; readonly written: boolean } | null;
  readonly atlas: { readonly content: number; readonly version: number } | null;
}

const held = { content: fc.nat(2), version: fc.integer({ min: 1, max: 3 }) };
const pairs: fc.Arbitrary<readonly Pair[]> = fc.uniqueArray(
  fc
    .record({
      key: fc
        .tuple(fc.constantFrom(...COLLECTIONS), anyId)
        .map(([collection, { id }]) => documentKeyOf(collection, id)),
      ...{ isShared: fc.boolean(), shared: fc.record(held) },
      local: fc.option(fc.record({ ...held, written: fc.boolean() })),
      atlas: fc.option(fc.record(held)),
    })
    .map(({ isShared, shared, ...pair }): Pair =>
      isShared ? { ...pair, local: { ...shared, written: false }, atlas: shared } : pair,
    ),
  { maxLength: 24, selector: ({ key }) => key },
);
const breaksOf = (ways: Breaks['at'][number]['how'][]): fc.Arbitrary<Breaks> =>
  fc.record({
    at: fc.array(fc.record({ after: fc.nat(40), how: fc.constantFrom(...ways) }), {
      minLength: 1,
      maxLength: 4,
    }),
    pageSize: fc.integer({ min: 1, max: 5 }),
    operationMs: fc.constantFrom(1, 100, 8_000),
  });
const breaks = breaksOf([...WAYS]);
/** Nobody cancels what the engine itself needs. */
const ownBreaks = breaksOf(WAYS.filter((how) => how !== 'cancelled'));

function fill({ local, atlas }: BreakableRuns, all: readonly Pair[]): void {
  for (const { key, local: here, atlas: there } of all) {
    if (there) atlas.documents.set(key, documentOf(there.content, there.version));
    if (!here) continue;
    const clean = documentOf(here.content, here.version);
    const written = { ...clean, digest: null, dirty: stampOf(100 + here.version) };
    local.documents.set(key, here.written ? written : clean);
  }
}

/** The oracle: both sides as sets of documents. */
function kindOf({ local, atlas }: Pair): DifferenceKind | null {
  if (!local || !atlas) return local ? 'missing-on-atlas' : atlas ? 'missing-on-local' : null;
  if (local.content !== atlas.content) return 'differs';
  return local.written || local.version !== atlas.version ? 'metadata-only' : null;
}

type Counts = Readonly<Record<string, Readonly<Record<string, number>>>>;

function expectedCounts(all: readonly Pair[]): Counts {
  const counts: Record<string, Record<string, number>> = {};
  for (const pair of all) {
    const kind = kindOf(pair);
    const of = (counts[collectionOf(pair.key)] ??= {});
    if (pair.local || pair.atlas) of['compared'] = (of['compared'] ?? 0) + 1;
    if (kind) of[kind] = (of[kind] ?? 0) + 1;
  }
  return counts;
}

const foundCounts = ({ collections }: FullSyncReport): Counts =>
  Object.fromEntries(
    collections
      .filter(({ comparedCount }) => comparedCount > 0)
      .map(({ collection, comparedCount, kinds }) => [collection, { compared: comparedCount, ...kinds }]),
  );

/** Few enough differences of a kind to be shown each. */
const samplesOf = ({ collections }: FullSyncReport): readonly string[] =>
  collections
    .flatMap(({ collection, samples = [] }) =>
      samples.map(({ documentId, kind }) => `${collection} ${documentId} ${kind}`),
    )
    .toSorted();

const stateOf = (documents: ReadonlyMap<DocumentKey, MemoryDocument>): readonly unknown[] =>
  [...documents]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, { body, stamp, dirty }]) => [key, Buffer.from(body).toString('hex'), stamp, dirty]);

const contentsOf = (documents: ReadonlyMap<DocumentKey, MemoryDocument>): ReadonlyMap<DocumentKey, unknown> =>
  new Map([...documents].map(([key, { body }]) => [key, BSON.deserialize(body)['content'] as unknown]));

const isEmpty = (counts: Counts): boolean => Object.keys(counts).length === 0;

describe('a full sync that is cancelled, fails, is ended or dies at any operation, and is taken up again', () => {
  it('finds what a comparison of both sides as sets finds, each difference of its kind and once', async () => {
    const [seen, shown] = [{ brokenCount: 0, goneOnCount: 0 }, new Set<string>()];
    await fc.assert(
      fc.asyncProperty(pairs, breaks, async (all, at) => {
        const runs = new BreakableRuns(at);
        fill(runs, all);
        const before = [stateOf(runs.local.documents), stateOf(runs.atlas.documents)];
        const report = await runs.examine({ dryRun: true });
        const counts = expectedCounts(all.filter(({ local, atlas }) => local ?? atlas));
        expect(foundCounts(report)).toEqual(counts);
        const differing = all.flatMap((pair) => {
          const kind = kindOf(pair);
          const most = kind ? (counts[collectionOf(pair.key)]?.[kind] ?? 0) : 0;
          return kind && most <= 5 ? [`${collectionOf(pair.key)} ${canonicalIdOf(pair.key)} ${kind}`] : [];
        });
        expect(samplesOf(report)).toEqual(expect.arrayContaining(differing));
        expect([stateOf(runs.local.documents), stateOf(runs.atlas.documents)]).toEqual(before);
        seen.brokenCount += runs.brokenCount;
        seen.goneOnCount += runs.begunBehind.filter((after) => after !== null).length;
        for (const { how } of at.at.slice(0, runs.brokenCount)) shown.add(how);
        expect(isEmpty(counts) || report.state === 'completed').toBe(true);
      }),
      { numRuns: 500 },
    );
    expect(seen.brokenCount).toBeGreaterThan(500);
    expect(seen.goneOnCount).toBeGreaterThan(100);
    expect(shown).toEqual(new Set(WAYS));
  });

  it('leaves both sides the same, of which another run finds nothing', async () => {
    await fc.assert(
      fc.asyncProperty(pairs, breaks, async (all, at) => {
        const runs = new BreakableRuns(at);
        fill(runs, all);
        runs.mayPush = true;
        const { collections } = await runs.examine({ dryRun: false });
        for (const { differentCount, repairedCount } of collections)
          expect(repairedCount).toBe(differentCount);
        expect(stateOf(runs.local.documents)).toEqual(stateOf(runs.atlas.documents));
        const again = await runs.examine({ dryRun: true });
        expect(again.collections.map(({ differentCount, kinds = {} }) => [differentCount, kinds])).toEqual(
          again.collections.map(() => [0, {}]),
        );
      }),
      { numRuns: 500 },
    );
  });
});

/** Those that meet for the first time, and documents that this branch synced before of which Atlas has none any more. */
function fillUnmet({ local, atlas }: BreakableRuns, all: readonly Pair[]): void {
  for (const { key, local: here, atlas: there } of all) {
    if (here) local.documents.set(key, documentOf(here.content, there ? null : oneOr(here.version)));
    if (there) atlas.documents.set(key, documentOf(there.content, oneOr(there.version)));
  }
}

const oneOr = (version: number): number | null => (version === 1 ? version : null);
const isGone = ({ local, atlas }: Pair): boolean => local?.version === 1 && !atlas;

describe('the first comparison of a branch, broken off at any operation and gone on with', () => {
  it('leaves both sides the same, what differed as firstSync has it, and every loser kept', async () => {
    await fc.assert(
      fc.asyncProperty(pairs, ownBreaks, async (all, at) => {
        const runs = new BreakableRuns(at);
        runs.mayPush = true;
        fillUnmet(runs, all);
        await runs.meetForTheFirstTime();
        expect(stateOf(runs.local.documents)).toEqual(stateOf(runs.atlas.documents));
        const lasting = all.filter((pair) => (pair.local ?? pair.atlas) && !isGone(pair));
        const contents = lasting.map(({ key, local, atlas }) => [key, (local ?? atlas)?.content]);
        expect(contentsOf(runs.atlas.documents)).toEqual(new Map(contents as [DocumentKey, number][]));
        const kept = new Set([...runs.local.conflicts.values()].map(({ key }) => key));
        const losers = all.filter(({ local, atlas }) => local && atlas && local.content !== atlas.content);
        const missing = [...losers, ...all.filter(isGone)].filter(({ key }) => !kept.has(key));
        expect(missing).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
});

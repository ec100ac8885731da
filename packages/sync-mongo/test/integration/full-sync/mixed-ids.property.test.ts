import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  allDeletions,
  type Candidate,
  type ConfirmedPage,
  confirmPage,
  type DifferenceKind,
  type DiffPlace,
  diffStart,
  type DocumentKey,
  findPage,
  type FoundPage,
  repairConfirmed,
  type Stamp,
} from '@bomba/sync-core';
import { type Db, type Document } from 'mongodb';
import fc from 'fast-check';
import { documentKeyOf } from '../../../src/bson/document-key.js';
import { toBinary } from '../../../src/bson/stamp-binary.js';
import { type EngineWorld, openEngineWorld } from '../sides/engine-world.js';
import { storedBytes } from '../slice/stored-bytes.js';
import { idsInOrder } from './ids-in-order.js';

const collection = 'items';
/** As many as there may be of each. */
const MAX_IDS = 100;

/** What is planted of one `_id`; `absent`: nothing. */
type Planted = DifferenceKind | 'equal' | 'absent';
const planted = fc.constantFrom<Planted>(
  ...(['equal', 'equal', 'equal', 'differs', 'missing-on-local', 'missing-on-atlas', 'absent'] as const),
);
const plans = fc.array(planted, { minLength: MAX_IDS, maxLength: MAX_IDS });

let world: EngineWorld;
let ids: readonly unknown[];
let unwritable: ReadonlySet<DocumentKey>;
beforeAll(async () => {
  world = await openEngineWorld();
  const found = await idsInOrder([world.local, world.atlas]);
  ({ ids } = found);
  unwritable = new Set(found.unwritable.map((id) => documentKeyOf(collection, id)));
});
afterAll(async () => world.stop());

async function plant(plan: readonly Planted[]): Promise<void> {
  const stamps: readonly Stamp[] = [world.nextStamp(), world.nextStamp()];
  const document = (_id: unknown, version: 0 | 1): Document =>
    new Map<string, unknown>([
      ['_id', _id],
      ['n', version],
      ['_syncMeta', { stamp: stamps[version] && toBinary(stamps[version]), origin: 'local', version: 1 }],
    ]);
  const fill = async (db: Db, lacking: DifferenceKind, changed: 0 | 1): Promise<void> => {
    for (const name of [collection, '_sync_tombstones', '_sync_conflicts'])
      await db.collection(name).deleteMany({});
    const documents = ids.flatMap((id, i): readonly Document[] => {
      const kind = plan[i] ?? 'absent';
      return kind === lacking || kind === 'absent' ? [] : [document(id, kind === 'differs' ? changed : 0)];
    });
    if (documents.length > 0)
      await db.collection(collection).insertMany(documents, { forceServerObjectId: true });
  };
  await fill(world.local, 'missing-on-local', 0);
  await fill(world.atlas, 'missing-on-atlas', 1);
}

/** All that two looks find, page after page. */
async function findAll(pageSize: number): Promise<ConfirmedPage & { readonly comparedCount: number }> {
  const deletions = await world.run(allDeletions(collection));
  const rules = { collection, pageSize, deletions, dryRun: true, maxUnexplainedDeletes: Infinity };
  const candidates: Candidate[] = [];
  let comparedCount = 0;
  for (let place: DiffPlace | null = diffStart; place;) {
    const page: FoundPage = await world.run(findPage(world.context, rules, place));
    candidates.push(...page.candidates);
    comparedCount += page.comparedCount;
    place = page.next;
  }
  return { ...(await world.run(confirmPage(world.context, candidates))), comparedCount };
}

describe('two sides with _ids of all types, each side with some that the other lacks', () => {
  it('are found to differ exactly where differences were planted, in pages of any size, and in nothing after the repair', async () => {
    const pageSize = fc.oneof(fc.integer({ min: 1, max: 7 }), fc.constant(500));
    await fc.assert(
      fc.asyncProperty(plans, pageSize, async (plan, size) => {
        await plant(plan);
        const wanted = new Map<DocumentKey, Planted>();
        for (const [i, id] of ids.entries()) wanted.set(documentKeyOf(collection, id), plan[i] ?? 'absent');
        const present = [...wanted].filter(([, kind]) => kind !== 'absent');
        const { confirmed, moving, comparedCount } = await findAll(size);
        expect(new Map(confirmed.map(({ key, kind }) => [key, kind]))).toEqual(
          new Map(present.filter(([, kind]) => kind !== 'equal')),
        );
        expect([moving, comparedCount]).toEqual([[], present.length]);
        expect(confirmed).toHaveLength(new Set(confirmed.map(({ key }) => key)).size);
        expect(await world.run(repairConfirmed(world.context, confirmed))).toEqual([]);
        const again = (await findAll(size)).confirmed;
        expect(again.filter(({ key }) => !unwritable.has(key))).toEqual([]);
        if (again.length > 0) return; // no fault of the repair
        expect(await storedBytes(world.local, collection)).toEqual(
          await storedBytes(world.atlas, collection),
        );
      }),
      { numRuns: 12 },
    );
  }, 120_000);

  it('has something of every type to be wrong about', () => {
    const types = new Set(ids.map((id) => documentKeyOf(collection, id).split(':')[0]));
    expect(types.size).toBeGreaterThanOrEqual(12);
  });
});

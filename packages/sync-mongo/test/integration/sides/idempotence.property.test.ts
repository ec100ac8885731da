import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ChangeEvent, type DocumentKey, pullBatch, pushBatch, reconcile } from '@bomba/sync-core';
import { BSON, type Document } from 'mongodb';
import fc from 'fast-check';
import { bodyDigest } from '../../../src/bson/body-digest.js';
import { toBinary } from '../../../src/bson/stamp-binary.js';
import { type EngineWorld, openEngineWorld } from './engine-world.js';

const RUNS = { numRuns: 100 };
const INFO = { version: 1, conflictCount: 0, instanceId: 'instance-b' };
const TIMEOUT_MS = 120_000;

let world: EngineWorld;
beforeAll(async () => {
  world = await openEngineWorld();
});
afterAll(async () => world.stop());

interface Place {
  readonly key: DocumentKey;
  readonly id: number;
}
const collections = ['items', '_sync_tombstones'] as const;
const filterOf = (name: (typeof collections)[number], { key, id }: Place): Document => ({
  _id: name === 'items' ? id : key,
});

/** All that a side stores of a key, but for when it was last noted, which only tells own deletions from foreign ones. */
async function stored(side: 'local' | 'atlas', place: Place): Promise<readonly (Document | null)[]> {
  const options = { projection: { notedAt: 0 } };
  return Promise.all(
    collections.map((name) => world[side].collection(name).findOne(filterOf(name, place), options)),
  );
}

/** Puts Local back to what it stored: what it learned since is lost, as by a kill. */
async function putBack(place: Place, documents: readonly (Document | null)[]): Promise<void> {
  for (const [i, name] of collections.entries()) {
    const [filter, document] = [filterOf(name, place), documents[i]];
    const collection = world.local.collection(name);
    await (document
      ? collection.replaceOne(filter, document, { upsert: true })
      : collection.deleteOne(filter));
  }
}

type Change = 'write' | 'edit by hand' | 'delete';

/** Makes a change on Atlas, as another branch or a foreign hand does, and returns the events that it sends. */
async function changeOnAtlas(place: Place, change: Change, text: string): Promise<readonly ChangeEvent[]> {
  const { atlas, atlasSide, nextStamp } = world;
  const { key, id } = place;
  const [base = null] = await atlasSide.run({ side: 'atlas', op: 'readStamps', entries: [key] });
  if (change === 'edit by hand') {
    await atlas.collection('items').updateOne({ _id: id } as Document, { $set: { text } }, { upsert: true });
    return [{ kind: 'foreign', key, atMs: 1_750_000_000_000 }];
  }
  const stamp = nextStamp();
  if (change === 'delete') {
    if (base !== null) await atlasSide.run({ side: 'atlas', op: 'remove', entries: [{ key, base }] });
    await atlasSide.run({ side: 'atlas', op: 'writeTombstone', entries: [{ key, stamp, base }] });
    return [
      { kind: 'hint', key },
      { kind: 'tombstone', key, stamp },
    ];
  }
  const body = BSON.serialize({ _id: id, text });
  const version = { key, base, stamp, body, digest: bodyDigest(body), info: INFO };
  await atlasSide.run({ side: 'atlas', op: 'push', entries: [version] });
  const [state] = await atlasSide.run({ side: 'atlas', op: 'readDocuments', entries: [key] });
  return state ? [{ kind: 'state', key, state, atMs: 1_750_000_000_000 }] : [];
}

describe('changes that are applied again', () => {
  const change = fc.constantFrom<Change>('write', 'write', 'edit by hand', 'delete');
  it(
    '**Feature: bidirectional-sync, Property 8: Idempotent Atlas change application** For any Atlas change applied ' +
      'multiple times (due to retries or duplicate events), the final state should be identical to applying it once',
    async () => {
      const changes = fc.array(change, { minLength: 1, maxLength: 4 });
      const replays = fc.array(fc.nat({ max: 7 }), { minLength: 1, maxLength: 3 });
      await fc.assert(
        fc.asyncProperty(changes, replays, async (history, from) => {
          const place = world.nextKey();
          const events: ChangeEvent[] = [];
          for (const [i, what] of history.entries()) {
            const sent = await changeOnAtlas(place, what, `text ${i}`);
            for (const event of sent) await world.run(pullBatch(world.context, [event]));
            events.push(...sent);
          }
          const once = [await stored('local', place), await stored('atlas', place)];
          for (const start of from) {
            const suffix = events.slice(start % events.length);
            await world.run(pullBatch(world.context, suffix));
            for (const event of suffix) await world.run(pullBatch(world.context, [event, event]));
          }
          expect([await stored('local', place), await stored('atlas', place)]).toEqual(once);
        }),
        RUNS,
      );
    },
    TIMEOUT_MS,
  );
});

describe('a push whose acknowledgement is lost, and that is done again', () => {
  type Push = (place: Place) => Promise<unknown>;
  const pushDocument: Push = ({ key }) => world.run(pushBatch(world.context, [key]));
  const pushDeletion: Push = ({ key }) => world.run(reconcile(world.context, [key]));

  /** Pushes, loses what Local learned of it, and pushes again: Atlas must stay as the first push left it. */
  async function repeat(place: Place, times: number, push: Push): Promise<void> {
    const before = await stored('local', place);
    await push(place);
    const [local, atlas] = [await stored('local', place), await stored('atlas', place)];
    for (let i = 0; i < times; i += 1) {
      await putBack(place, before);
      await push(place);
      // What did not go plainly is left over to a look, as in a turn of push.
      await world.run(reconcile(world.context, [place.key]));
      expect(await stored('atlas', place)).toEqual(atlas);
      expect(contentsOf(await stored('local', place))).toEqual(contentsOf(local));
    }
  }

  async function write({ id }: Place, fields: Document): Promise<void> {
    const $set = { ...fields, '_syncMeta.dirty': toBinary(world.nextStamp()) };
    await world.local.collection('items').updateOne({ _id: id } as Document, { $set }, { upsert: true });
  }

  const fields = fc.record({ text: fc.string({ unit: 'grapheme' }), n: fc.integer() });
  const times = fc.integer({ min: 1, max: 3 });
  const feature = '**Feature: dual-mongodb-sync, Property';

  it(
    `${feature} 13: Idempotent insert operations**`,
    async () => {
      await fc.assert(
        fc.asyncProperty(fields, times, async (inserted, count) => {
          const place = world.nextKey();
          await write(place, inserted);
          await repeat(place, count, pushDocument);
        }),
        RUNS,
      );
    },
    TIMEOUT_MS,
  );

  it(
    `${feature} 14: Idempotent update operations**`,
    async () => {
      await fc.assert(
        fc.asyncProperty(fields, fields, times, async (inserted, updated, count) => {
          const place = world.nextKey();
          await write(place, inserted);
          await pushDocument(place);
          await write(place, { ...updated, n: inserted.n + 1 });
          await repeat(place, count, pushDocument);
        }),
        RUNS,
      );
    },
    TIMEOUT_MS,
  );

  it(
    `${feature} 15: Idempotent delete operations**`,
    async () => {
      await fc.assert(
        fc.asyncProperty(fields, times, async (inserted, count) => {
          const place = world.nextKey();
          await write(place, inserted);
          await pushDocument(place);
          const { key } = place;
          const [document] = await world.localSide.run({
            side: 'local',
            op: 'readDocuments',
            entries: [key],
          });
          const base = document?.stamp ?? null;
          const pending = world.nextStamp();
          await world.localSide.run({ side: 'local', op: 'notePending', key, pending, base, last: null });
          await world.local.collection('items').deleteOne(filterOf('items', place));
          await repeat(place, count, pushDeletion);
        }),
        RUNS,
      );
    },
    TIMEOUT_MS,
  );
});

/** A document and a tombstone, without the numbers that inform people. */
function contentsOf(documents: readonly (Document | null)[]): readonly unknown[] {
  return documents.map((document): unknown => {
    const { stamp, dirty, held } = (document?.['_syncMeta'] ?? {}) as Document;
    return document && { ...document, _syncMeta: { stamp, dirty, held } };
  });
}

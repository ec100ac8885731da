import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '@bomba/sync-testkit';
import fc from 'fast-check';
import { type ChangeStreamDocument, type Db } from 'mongodb';
import { type BranchProcess, startTwoBranches, type TwoBranches } from '../slice/two-branches.js';

const COUNT = 120;
const TIMEOUT_MS = 120_000;

let world: TwoBranches;
let a: BranchProcess;
let b: BranchProcess;

beforeAll(async () => {
  world = await startTwoBranches();
  [a, b] = [await world.a.open(), await world.b.open()];
  await a.sync.start();
  await b.sync.start();
});
afterAll(async () => world.stop());

/** Collects the writes of documents that a server reports, from now on. */
async function watchItems(db: Db) {
  const events: ChangeStreamDocument[] = [];
  const stream = db.collection('items').watch();
  stream.on('change', (event) => events.push(event));
  await waitFor(() => stream.resumeToken != null, { what: 'the stream to be open' });
  return {
    of: (id: unknown) =>
      events.filter((event) => 'documentKey' in event && String(event.documentKey._id) === String(id)),
    /** Waits until a write made now is seen: then all before it are. */
    caughtUp: async (): Promise<void> => {
      const { insertedId } = await db.collection('items').insertOne({ name: 'a marker past capture' });
      await waitFor(
        () => events.some((event) => 'documentKey' in event && insertedId.equals(event.documentKey._id)),
        { what: 'the marker' },
      );
    },
    close: () => stream.close(),
  };
}

const anyChange = fc.constantFrom('insert', 'update', 'replace', 'delete');

async function change(kind: string, _id: unknown): Promise<void> {
  if (kind === 'update') await a.Item.updateOne({ _id }, { $inc: { n: 1 } });
  if (kind === 'replace') await a.Item.replaceOne({ _id }, { name: 'replaced' });
  if (kind === 'delete') await a.Item.deleteOne({ _id });
}

describe('a change that comes back', () => {
  it(
    '**Feature: bidirectional-sync, Property 2: Sync loop prevention** For any change originating from Local, when ' +
      'it syncs to Atlas, it should not trigger a sync back to Local',
    async () => {
      const kinds = fc.sample(anyChange, COUNT);
      const [onA, onB, onAtlas] = await Promise.all(
        [world.a.local, world.b.local, world.atlas].map(watchItems),
      );
      if (!onA || !onB || !onAtlas) throw new Error('three streams were opened');
      const items = await a.Item.insertMany(kinds.map((kind, n) => ({ name: kind, n })));
      for (const { sync } of [a, b]) await sync.idle();
      await world.equal();
      for (const [i, { _id }] of items.entries()) await change(kinds[i] ?? '', _id);
      for (const { sync } of [a, b]) await sync.idle();
      await world.equal();
      for (const watched of [onA, onB, onAtlas]) await watched.caughtUp();
      for (const [i, { _id }] of items.entries()) {
        const kind = kinds[i] ?? '';
        const changed = kind === 'insert' ? 1 : 2;
        // Atlas and the other branch store each change once; where it was made, it is marked and acknowledged.
        expect([kind, onAtlas.of(_id).length]).toEqual([kind, changed]);
        expect([kind, onB.of(_id).length]).toEqual([kind, changed]);
        expect([kind, onA.of(_id).length]).toEqual([kind, changed * 2]);
      }
      await Promise.all([onA, onB, onAtlas].map((watched) => watched.close()));
    },
    TIMEOUT_MS,
  );
});

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Document } from 'mongodb';
import { withoutSyncBookkeeping } from '../../../src/capture/index.js';
import { type Application, type CapturedWorld, openCapturedWorld } from './captured-world.js';
import { textOf } from './observation.js';
import { billModel, idOf, seedBills } from './scenarios.js';

describe("a change stream of the application's own", () => {
  let world: CapturedWorld;
  beforeAll(async () => {
    world = await openCapturedWorld('replicaSet');
  });
  afterAll(() => world.stop());
  beforeEach(() => seedBills(world));

  it('shows what it would show without sync, where the filter stands before its stages', async () => {
    const { captured, plain } = world;
    const wanted = [{ $match: { operationType: { $in: ['insert', 'update', 'delete'] } } }];
    const shown = await eventsOf(captured, withoutSyncBookkeeping(wanted));
    expect(shown).toEqual(await eventsOf(plain, wanted));
    expect(shown).toHaveLength(7);
    expect(textOf(shown)).not.toContain('_syncMeta');
  });
});

/** The events of some writes, but for what differs from run to run. */
async function eventsOf(application: Application, pipeline: Document[]): Promise<readonly string[]> {
  const bills = billModel(application.mongoose);
  const stream = bills.collection.watch(pipeline, { fullDocument: 'updateLookup', maxAwaitTimeMS: 100 });
  try {
    await stream.tryNext();
    await bills.create({ _id: idOf(9), number: 'new', total: 1, lines: [] });
    await bills.updateOne({ _id: idOf(9) }, { $set: { total: 2 }, $unset: { number: 1 } });
    await bills.updateOne({ _id: idOf(9) }, { $set: { total: 2 } });
    await bills.updateOne({ _id: idOf(1) }, { $push: { lines: { name: 'x', price: 1 } } });
    await bills.updateMany({ _id: { $in: [idOf(2), idOf(3)] } }, { $set: { note: 'many' } });
    await bills.deleteOne({ _id: idOf(1) });
    await bills.create({ _id: idOf(8), number: 'last', total: 8, lines: [] });
    const events: string[] = [];
    while (events.length < 7) events.push(textOf(seenOf(await stream.next())));
    return events;
  } finally {
    await stream.close();
  }
}

function seenOf(event: Document): Document {
  const { operationType, documentKey, fullDocument, updateDescription } = event;
  return { operationType, documentKey, fullDocument, updateDescription };
}

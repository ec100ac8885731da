import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Document, UUID } from 'mongodb';
import { Schema } from 'mongoose';
import {
  type Application,
  type CapturedWorld,
  contentOf,
  dirtyOf,
  metaIn,
  openCapturedWorld,
} from './captured-world.js';
import { observe, textOf } from './observation.js';

type Row = Document & { readonly _id: number };
const STAMP = new UUID('01900000-0000-7000-8000-000000000001').toBinary();
const TAKEN = 'taken';

/** Replacements that may insert; some want a value that another document has. */
const anyBulk = fc.record({
  there: fc.uniqueArray(fc.nat(7), { maxLength: 8 }),
  ordered: fc.boolean(),
  wishes: fc.array(fc.record({ n: fc.nat(7), isRefused: fc.boolean() }), {
    minLength: 1,
    maxLength: 8,
  }),
  isDistinct: fc.boolean(),
});

describe('a bulk of replacements that may insert', () => {
  let world: CapturedWorld;
  beforeAll(async () => {
    world = await openCapturedWorld('standalone');
    for (const { client, mongoose } of [world.captured, world.plain]) {
      const db = client.db(mongoose.connection.name);
      await db.createCollection('rows');
      await db.collection('rows').createIndexes([{ key: { value: 1 }, unique: true }]);
      mongoose.model('Row', new Schema({ _id: Number }, { collection: 'rows', strict: false }));
    }
  });
  afterAll(() => world.stop());

  it('does what the driver would do, and marks it, in any order and with any refusals', async () => {
    await fc.assert(
      fc.asyncProperty(anyBulk, async ({ there, ordered, wishes, isDistinct }) => {
        const seen = new Set<number>();
        const chosen = wishes.filter(({ n }) => !isDistinct || (!seen.has(n) && seen.add(n)));
        const operations = chosen.map(({ n, isRefused }, i) => ({
          replaceOne: {
            filter: { _id: n },
            replacement: { value: isRefused ? TAKEN : `v${n}`, x: i },
            upsert: true,
          },
        }));
        const run = async (application: Application): Promise<string> => {
          const { client, mongoose } = application;
          const rows = client.db(mongoose.connection.name).collection<Row>('rows');
          await rows.deleteMany({});
          const meta = application === world.captured ? { _syncMeta: { stamp: STAMP } } : {};
          const old = there.map((n) => ({ _id: n, value: `v${n}`, old: true, ...meta }));
          await rows.insertMany([{ _id: 99, value: TAKEN, ...meta }, ...old]);
          return observe(() => mongoose.model('Row').collection.bulkWrite(operations as never, { ordered }));
        };
        expect(await run(world.captured)).toBe(await run(world.plain));
        const stored = await world.captured.stored('rows');
        expect(textOf(stored.map(contentOf))).toBe(textOf(await world.plain.stored('rows')));
        for (const document of stored) {
          const isWritten = document['_id'] !== 99 && document['old'] !== true;
          expect(dirtyOf(document)).toEqual(isWritten ? expect.any(String) : undefined);
          const wasThere = document['_id'] === 99 || there.includes(document['_id'] as number);
          expect(metaIn(document)['stamp']).toEqual(wasThere ? STAMP : undefined);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('needs few commands', async () => {
    const { captured } = world;
    const operations = Array.from({ length: 500 }, (_, n) => ({
      replaceOne: { filter: { _id: 1_000 + n }, replacement: { value: `w${n}` }, upsert: true },
    }));
    const { collection } = captured.mongoose.model('Row');
    captured.takeCommands();
    for (const ordered of [true, false, true]) await collection.bulkWrite(operations as never, { ordered });
    expect(captured.takeCommands()).toHaveLength(3);
    expect(new Set((await captured.stored('rows')).map(dirtyOf)).size).toBeGreaterThanOrEqual(500);
  });
});

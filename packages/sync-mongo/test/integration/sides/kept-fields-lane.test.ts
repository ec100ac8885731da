import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Body, type ModelEntry, type ModelLane, type ResultOf } from '@bomba/sync-core';
import { type BranchDatabases, startDatabases } from '@bomba/sync-testkit';
import { BSON, type Db, type Document, MongoClient } from 'mongodb';
import { documentKeyOf } from '../../../src/bson/document-key.js';
import { excludedFields } from '../../../src/fields/excluded-fields.js';
import { KeptFieldsLane } from '../../../src/fields/kept-fields-lane.js';

const NAME = 'staff';
const excluded = excludedFields({ [NAME]: { exclude: ['pin', 'pay.rate'] } });
const KEY = documentKeyOf(NAME, 1);

let databases: BranchDatabases;
let client: MongoClient;
let db: Db;

beforeAll(async () => {
  databases = await startDatabases({ branches: 1, atlas: false });
  client = await MongoClient.connect(databases.branches[0]?.uri ?? '');
  db = client.db();
  await db
    .collection(NAME)
    .insertOne({ _id: 1, name: 'old', pin: 7, pay: { rate: 10, day: 'Mon' } } as Document);
});
afterAll(async () => {
  await client.close();
  await databases.stop();
});

/** What logic saw of one state, and what the lane makes of what the logic made of it. */
async function passed(logic: (seen: Document) => Document): Promise<{
  readonly seen: Document;
  readonly seenBefore: Document | null;
  readonly result: Document;
  readonly isAsItCame: boolean;
}> {
  const body = BSON.serialize({ _id: 1, name: 'new', pay: { day: 'Tue' } });
  const previous = BSON.serialize({ _id: 1, name: 'old', pay: { day: 'Mon' } });
  const shown: ModelEntry[] = [];
  const models: ModelLane = {
    run: (operation) => {
      shown.push(...operation.entries);
      const made = operation.entries.map((entry) => {
        const seen = BSON.deserialize(entry.body);
        const output = logic(seen);
        return output === seen ? entry.body : BSON.serialize(output);
      });
      return Promise.resolve(made as ResultOf<typeof operation>);
    },
  };
  const entry = { key: KEY, body, previous, logic: 'run', isRepeated: false } as const;
  const [result] = await new KeptFieldsLane(models, { db, excluded }).run({
    ...{ side: 'model', op: 'pass', entries: [entry] },
  });
  const [saw] = shown;
  return {
    seen: BSON.deserialize(saw?.body ?? body),
    seenBefore: saw && typeof saw.previous !== 'string' ? BSON.deserialize(saw.previous) : null,
    result: BSON.deserialize(result as Body),
    isAsItCame: result === body,
  };
}

describe('business logic on a state from Atlas, of a collection with excluded fields', () => {
  it('sees the excluded fields that Local has, in what comes and in what was there', async () => {
    const { seen, seenBefore, isAsItCame } = await passed((state) => state);
    expect(seen).toEqual({ _id: 1, name: 'new', pay: { day: 'Tue', rate: 10 }, pin: 7 });
    expect(seenBefore).toEqual({ _id: 1, name: 'old', pay: { day: 'Mon', rate: 10 }, pin: 7 });
    expect(isAsItCame).toBe(true);
  });

  it('may make a field that travels of one that does not, which stays here', async () => {
    const { result } = await passed((state) => ({ ...state, hasPin: state['pin'] === 7 }));
    expect(result).toEqual({ _id: 1, name: 'new', pay: { day: 'Tue' }, hasPin: true });
  });

  it('changes nothing where it changes excluded fields only', async () => {
    const { isAsItCame } = await passed((state) => ({ ...state, pin: 8 }));
    expect(isAsItCame).toBe(true);
  });
});

import { createSync, type Sync } from '@bomba/sync-mongo';
import { startDatabases, waitFor } from '@bomba/sync-testkit';
import { type Db, MongoClient } from 'mongodb';
import { type Model, Mongoose, Schema } from 'mongoose';
import { type Bill, billFields } from '../capture/bill.js';

/** How a state from Atlas comes to Local: past its model, validated by it, or through its hooks too. */
export const lanes = { raw: 'never', validated: 'foreign', hooks: 'always' } as const;
export type Lane = keyof typeof lanes;

/** The collection that Mongoose writes by itself. */
export const BY_MONGOOSE = 'bills-by-mongoose';
export const collectionOf = (lane: Lane): string => `bills-${lane}`;

/** A branch with one model for each lane, and a Mongoose without sync on the same Local. */
export interface Counter {
  readonly databases: string;
  readonly sync: Sync;
  readonly local: Db;
  readonly atlas: Db;
  readonly Plain: Model<Bill>;
  readonly end: () => Promise<void>;
}

/** The rules of a shop, as ordinary models have them. */
function billSchema(collection: string): Schema {
  const schema = new Schema(
    {
      ...billFields,
      number: { type: Number, required: true, min: 0 },
      branch: { type: String, required: true, trim: true, maxlength: 40 },
      note: { type: String, maxlength: 2_000 },
      isPaid: { type: Boolean, default: false },
    },
    { collection, versionKey: false },
  );
  schema.pre('save', function () {
    this.set('total', Number(this.get('number') as unknown) * 1.25);
  });
  return schema;
}

/** Starts the databases, and the branch in touch with Atlas. */
export async function openCounter(): Promise<Counter> {
  const databases = await startDatabases({ branches: 1 });
  const [server] = databases.branches;
  if (!server) throw new Error('one branch was asked for');
  const names = (Object.keys(lanes) as Lane[]).map(collectionOf);
  for (const each of [server, databases.atlas])
    await each.provision([...names, BY_MONGOOSE, '_sync_conflicts']);
  const clients = await Promise.all([server, databases.atlas].map(({ uri }) => MongoClient.connect(uri)));
  const [local, atlas] = clients.map((client) => client.db());
  if (!local || !atlas) throw new Error('two servers were asked for');
  const [mongoose, plain] = [new Mongoose(), new Mongoose()];
  const sync = createSync({ mongoose, atlas: { uri: databases.atlas.uri }, applyLogic: lanes });
  for (const lane of Object.keys(lanes) as Lane[]) mongoose.model(lane, billSchema(collectionOf(lane)));
  const Plain = plain.model('Bill', billSchema(BY_MONGOOSE)) as unknown as Model<Bill>;
  for (const each of [mongoose, plain]) await each.connect(server.uri);
  await sync.start();
  await waitFor(() => sync.status().pushOpen, { what: 'push to be open', timeoutMs: 60_000 });
  return {
    databases: databases.provider,
    ...{ sync, local, atlas, Plain },
    end: async () => {
      await sync.stop();
      for (const each of [mongoose, plain]) await each.disconnect();
      await Promise.all(clients.map((client) => client.close()));
      await databases.stop();
    },
  };
}

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startDatabases, type BranchDatabases } from '@bomba/sync-testkit';
import { type CommandStartedEvent, type CommandSucceededEvent, type Db } from 'mongodb';
import { type Model, Mongoose, Schema } from 'mongoose';
import { documentKeyOf } from '../../../src/bson/document-key.js';
import { attach } from './captured-world.js';
import { type Interference, interruptible } from './interruptible.js';

interface Job {
  _id: number;
  note?: string;
}

const COUNT = Number(process.env['BOMBA_DELETE_COUNT'] ?? 12_000);
const PAGE_SIZE = 1_000;

/** One process of an application. */
interface Process {
  readonly mongoose: Mongoose;
  readonly jobs: Model<Job>;
  /** What happens right after each step that capture takes. */
  interfere: Interference;
}

async function openProcess(uri: string): Promise<Process> {
  const mongoose = new Mongoose();
  const jobs = mongoose.model<Job>('Job', new Schema<Job>({ _id: Number, note: String }), 'jobs');
  const opened: Process = { mongoose, jobs, interfere: () => undefined };
  interruptible(jobs, (method) => opened.interfere(method));
  attach(mongoose);
  await mongoose.connect(uri, { monitorCommands: true, autoIndex: false, autoCreate: false });
  return opened;
}

describe('deletes of several processes', () => {
  let databases: BranchDatabases;
  let processes: readonly Process[];
  let db: Db;
  const models = (): readonly Model<Job>[] => processes.map(({ jobs }) => jobs);
  const fill = (count: number): Promise<unknown> =>
    db
      .collection('jobs')
      .insertMany(Array.from({ length: count }, (_, _id) => ({ _id, note: 'job' }) as never));
  const counts = (): Promise<readonly number[]> =>
    Promise.all(['jobs', '_sync_tombstones'].map((name) => db.collection(name).countDocuments()));

  beforeAll(async () => {
    databases = await startDatabases({ branches: 1, atlas: false });
    const [server] = databases.branches;
    await server?.provision(['jobs']);
    processes = await Promise.all([1, 2, 3].map(() => openProcess(server?.uri ?? '')));
    const client = processes[0]?.mongoose.connection.getClient();
    if (!client) throw new Error('three processes were opened');
    db = client.db(processes[0]?.mongoose.connection.name);
  });
  afterAll(async () => {
    await Promise.all(processes.map(({ mongoose }) => mongoose.disconnect()));
    await databases.stop();
  });
  beforeEach(async () => {
    await db.collection('jobs').deleteMany({});
    await db.collection('_sync_tombstones').deleteMany({});
  });

  it('count each document once where they delete the same ones', async () => {
    await fill(300);
    const results = await Promise.all(models().map((jobs) => jobs.deleteMany({ note: 'job' }).exec()));
    expect(results.reduce((sum, { deletedCount }) => sum + deletedCount, 0)).toBe(300);
    expect(await counts()).toEqual([0, 300]);
  });

  it('count each document once where deletes of one, of many and in bulk meet', async () => {
    await fill(60);
    const deletes = models().flatMap((jobs): Promise<{ readonly deletedCount: number }>[] => [
      jobs.deleteMany({ _id: { $lt: 40 } }).exec(),
      jobs.bulkWrite(Array.from({ length: 60 }, (_, _id) => ({ deleteOne: { filter: { _id } } }))),
      ...[3, 30, 50].map((_id) => jobs.deleteOne({ _id }).exec()),
    ]);
    const results = await Promise.all(deletes);
    expect(results.reduce((sum, { deletedCount }) => sum + deletedCount, 0)).toBe(60);
    expect(await counts()).toEqual([0, 60]);
  });

  it('take no second document where the lease holder has finished the first in their name', async () => {
    await fill(3);
    const [first] = processes;
    if (!first) throw new Error('three processes were opened');
    const sweep = async (): Promise<void> => {
      const marked = await db.collection('jobs').findOne({ '_syncMeta.deleting': true });
      if (!marked) return;
      const key = documentKeyOf('jobs', marked._id);
      await db
        .collection<{ _id: string }>('_sync_tombstones')
        .insertOne({ _id: key, pending: marked._syncMeta.dirty } as never);
      await db.collection('jobs').deleteOne({ _id: marked._id });
    };
    first.interfere = sweep;
    const { deletedCount } = await first.jobs.deleteOne({ note: 'job' });
    expect([deletedCount, ...(await counts())]).toEqual([1, 2, 1]);
    expect((await first.jobs.findOneAndDelete({ note: 'job' }).lean())?.note).toBe('job');
    const { deletedCount: inBulk } = await first.jobs.bulkWrite([
      { deleteOne: { filter: { note: 'job' } } },
      { deleteOne: { filter: { note: 'none' } } },
    ]);
    first.interfere = () => undefined;
    expect([inBulk, ...(await counts())]).toEqual([1, 0, 3]);
  });

  it('each get a document of their own, returned as it was, until none is left', async () => {
    await fill(20);
    const workers = Array.from({ length: 8 }, models).flat();
    const taken = await Promise.all(
      workers.map((jobs) =>
        jobs
          .findOneAndDelete({ note: 'job' }, { sort: { _id: 1 } })
          .lean()
          .exec(),
      ),
    );
    const documents = taken.filter((job) => job !== null);
    expect(documents.map((job) => job._id).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 20 }, (_, _id) => _id),
    );
    expect(documents.every((job) => JSON.stringify(Object.keys(job)) === '["_id","note"]')).toBe(true);
    expect(await counts()).toEqual([0, 20]);
  });

  it(
    `hold a page of ${COUNT} documents in memory at most, and send a few commands for each page`,
    async () => {
      const [first] = processes;
      if (!first) throw new Error('three processes were opened');
      const client = first.mongoose.connection.getClient();
      for (let start = 0; start < COUNT; start += 10_000) {
        const length = Math.min(10_000, COUNT - start);
        await db
          .collection('jobs')
          .insertMany(Array.from({ length }, (_, n) => ({ _id: start + n, note: 'job' }) as never));
      }
      const sent: CommandStartedEvent[] = [];
      let largestBatch = 0;
      client.on('commandStarted', (event: CommandStartedEvent) => sent.push(event));
      client.on('commandSucceeded', ({ reply }: CommandSucceededEvent) => {
        const { cursor } = reply as { cursor?: { firstBatch?: unknown[]; nextBatch?: unknown[] } };
        largestBatch = Math.max(largestBatch, (cursor?.firstBatch ?? cursor?.nextBatch ?? []).length);
      });
      const { deletedCount } = await first.jobs.deleteMany({ note: 'job' });
      expect(deletedCount).toBe(COUNT);
      const largestWrite = Math.max(
        ...sent.map(({ command }) => [command.documents, command.deletes, command.updates].flat().length),
      );
      const pages = Math.ceil(COUNT / PAGE_SIZE);
      expect(largestBatch).toBeLessThanOrEqual(PAGE_SIZE);
      expect(largestWrite).toBeLessThanOrEqual(PAGE_SIZE + 2);
      expect(sent.length).toBeLessThanOrEqual(3 * pages + 3);
      expect(await counts()).toEqual([0, COUNT]);
    },
    120_000 + COUNT,
  );
});

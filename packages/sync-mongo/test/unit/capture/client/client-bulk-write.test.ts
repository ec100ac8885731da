import { describe, expect, it, jest } from '@jest/globals';
import { HybridClock } from '@bomba/sync-core';
import { type ClientBulkWriteResult, MongoClientBulkWriteError } from 'mongodb';
import { clientBulkWrite, type SendClientBulk } from '../../../../src/capture/client/client-bulk-write.js';
import { type CapturedWrite } from '../../../../src/capture/run/captured-write.js';
import { WriteIds } from '../../../../src/capture/run/write-id.js';
import { type WriteTarget } from '../../../../src/capture/run/write-target.js';

const ids = new WriteIds(
  new HybridClock({ clock: { now: () => 1 }, random: { bytes: (count) => new Uint8Array(count).fill(7) } }),
);
const result = (counts: Partial<ClientBulkWriteResult>): ClientBulkWriteResult => ({
  ...{ acknowledged: true, insertedCount: 0, upsertedCount: 0, matchedCount: 0, modifiedCount: 0 },
  ...{ deletedCount: 0, ...counts },
});

/** One synced collection, `shop.bills`, and a client that answers in turn. */
function world(answers: readonly (ClientBulkWriteResult | Error)[]): {
  readonly send: jest.Mock<SendClientBulk>;
  readonly announced: CapturedWrite[];
  readonly run: (models: readonly unknown[], options?: object) => Promise<ClientBulkWriteResult> | null;
} {
  const announced: CapturedWrite[] = [];
  const announcer = { announce: (write: CapturedWrite) => announced.push(write) };
  const call = (method: string): Promise<never> =>
    Promise.reject(Object.assign(new Error(`${method} is out of reach`), { name: 'MongoNetworkError' }));
  const target = { name: 'bills', ids, announcer, call } as unknown as WriteTarget;
  const left = [...answers];
  const send = jest.fn<SendClientBulk>(async () => {
    const answer = left.shift();
    if (!answer) throw new Error('it was not to be called again');
    if (answer instanceof Error) throw answer;
    return Promise.resolve(answer);
  });
  return {
    send,
    announced,
    run: (models, options = {}) =>
      clientBulkWrite({
        ...{ models, options, send },
        targetOf: (namespace) => (namespace === 'shop.bills' ? target : null),
      }),
  };
}

const ours = { namespace: 'shop.bills' };
const others = { namespace: 'shop.others', name: 'deleteOne', filter: { _id: 1 } };

describe('a bulk of a client', () => {
  it('goes in one command, marked where its collection is synced, each operation with an id of its own', async () => {
    const { send, run, announced } = world([result({ insertedCount: 1 })]);
    const document = { a: 1 };
    await run([
      { ...ours, name: 'insertOne', document },
      { ...ours, name: 'updateMany', filter: { a: 1 }, update: { $set: { b: 1 } }, hint: 'a_1' },
      { ...ours, name: 'replaceOne', filter: { _id: 1 }, replacement: { c: 1 } },
      others,
    ]);
    const [models] = send.mock.calls[0] ?? [];
    const dirty = expect.objectContaining({ sub_type: 4 });
    expect(models).toEqual([
      { ...ours, name: 'insertOne', document: { a: 1, _syncMeta: { dirty } } },
      {
        ...{ ...ours, name: 'updateMany', filter: { a: 1 }, hint: 'a_1' },
        update: { $set: { b: 1, '_syncMeta.dirty': dirty }, $unset: expect.any(Object) },
      },
      { ...ours, name: 'updateOne', filter: { _id: 1 }, update: expect.any(Array) },
      others,
    ]);
    expect(announced.map(({ collection }) => collection)).toEqual(['bills']);
  });

  it('is left to the driver where none of it is synced, and where one operation is malformed', () => {
    const { run, send } = world([]);
    expect(run([others])).toBeNull();
    expect(run([])).toBeNull();
    expect(run([{ ...ours, name: 'updateOne', filter: {}, update: { b: 1 } }])).toBeNull();
    expect(run([{ ...ours, name: 'insertOne', document: {} }, { name: 'insertOne' }])).toBeNull();
    expect(send).not.toHaveBeenCalled();
  });

  it('hands an _id that the driver made back to the document of the application', async () => {
    const { run, send } = world([]);
    send.mockImplementation((models) => {
      for (const { document } of models as { document: { _id?: number } }[]) document._id = 7;
      return Promise.resolve(result({}));
    });
    const document = { a: 1 };
    await run([{ ...ours, name: 'insertOne', document }]);
    expect(document).toEqual({ a: 1, _id: 7 });
  });

  it('says which operation failed by its place in the whole, and keeps what the parts did', async () => {
    const failed = new MongoClientBulkWriteError({ message: 'driver' });
    failed.writeErrors = new Map([[1, { code: 11000, message: 'twice' }]]);
    failed.partialResult = result({ insertedCount: 2 });
    const { run } = world([failed]);
    const models = [
      { ...ours, name: 'insertOne', document: {} },
      others,
      { ...ours, name: 'insertOne', document: {} },
      { ...ours, name: 'deleteOne', filter: { _id: 1 } },
    ];
    const outcome = await run(models)?.catch((error: unknown) => error);
    expect(outcome).toBeInstanceOf(MongoClientBulkWriteError);
    expect(outcome).toMatchObject({
      writeErrors: new Map([[1, { code: 11000, message: 'twice' }]]),
      partialResult: { insertedCount: 2 },
    });
  });

  it('ends with the error itself where the server is out of reach', async () => {
    const { run } = world([result({})]);
    const models = [
      { ...ours, name: 'insertOne', document: {} },
      { ...ours, name: 'replaceOne', filter: { _id: 1 }, replacement: {}, upsert: true },
    ];
    await expect(run(models)).rejects.toMatchObject({ name: 'MongoNetworkError' });
  });
});

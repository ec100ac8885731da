import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type BranchDatabases, startDatabases } from '@bomba/sync-testkit';
import { Mongoose } from 'mongoose';
import { readConfig } from '../../src/config/read-config.js';
import { compileModels } from '../../src/models/compile-models.js';
import { bringUp, type RunningServer } from '../../src/startup/bring-up.js';
import { StartError } from '../../src/startup/start-error.js';
import { createFakeSync, type FakeSync } from '../support/fake-sync.js';
import { recordLog } from '../support/record-log.js';

let databases: BranchDatabases;
beforeAll(async () => {
  databases = await startDatabases({ branches: 1, atlas: false });
});
afterAll(() => databases.stop());

interface Attempt extends FakeSync {
  readonly mongoose: Mongoose;
  readonly server: Promise<RunningServer>;
}

function attempt(environment: Record<string, string>, fake = createFakeSync()): Attempt {
  const mongoose = new Mongoose();
  const config = readConfig({ LOCAL_MONGODB_URI: databases.branches[0]?.uri, PORT: '0', ...environment });
  const server = bringUp({
    config,
    logger: recordLog(),
    mongoose,
    resources: compileModels(mongoose, undefined),
    sync: fake.sync,
    app: (_request, response) => void response.end('well'),
  });
  return { ...fake, mongoose, server };
}

describe('bringUp', () => {
  it('connects, listens and starts sync, and ends it all again', async () => {
    const { server, calls, mongoose } = attempt({});
    const running = await server;
    const { url } = running;
    expect(await (await fetch(url)).text()).toBe('well');
    expect(calls).toEqual(['start']);
    await Promise.all([running.stop(), running.stop()]);
    expect(calls).toEqual(['start', 'stop']);
    expect(mongoose.connection.readyState).toBe(0);
    await expect(fetch(url)).rejects.toThrow('fetch failed');
  });

  it('does not start a sync that is switched off', async () => {
    const { server, calls } = attempt({ SYNC_ENABLED: 'false' });
    await (await server).stop();
    expect(calls).not.toContain('start');
  });

  it('builds the unique index on order numbers before it is ready', async () => {
    const { server, mongoose } = attempt({});
    const running = await server;
    const indexes = await mongoose.connection.collection('orders').indexes();
    expect(indexes).toContainEqual(expect.objectContaining({ key: { number: 1 }, unique: true }));
    await running.stop();
  });

  it('ends what it had started where the port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const { server, mongoose, calls } = attempt({ PORT: String(port) });
    await expect(server).rejects.toThrow(StartError);
    expect(calls).toEqual(['stop']);
    expect(mongoose.connection.readyState).toBe(0);
    other.close();
  });

  it('ends what it had started where sync cannot start', async () => {
    const { server, mongoose } = attempt(
      {},
      createFakeSync(() => Promise.reject(new Error('no start'))),
    );
    await expect(server).rejects.toThrow('no start');
    expect(mongoose.connection.readyState).toBe(0);
  });

  it('does not wait for a sync that cannot end', async () => {
    const fake = createFakeSync();
    fake.sync.stop = () => new Promise(() => undefined);
    const { server, mongoose } = attempt({}, fake);
    await (await server).stop();
    expect(mongoose.connection.readyState).toBe(0);
  });

  it('says where Local does not answer, and what to do', async () => {
    const { server } = attempt({
      LOCAL_MONGODB_URI: 'mongodb://u:canary@127.0.0.1:9/bomba?serverSelectionTimeoutMS=50',
    });
    const failure = await server.catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(StartError);
    expect(String(failure)).toContain('does not answer at 127.0.0.1:9 (ECONNREFUSED): start it there');
    expect(String(failure)).not.toContain('canary');
  });

  it('says where Local refuses the credentials, and what to do', async () => {
    const uri = new URL(databases.branches[0]?.uri ?? '');
    uri.username = 'nobody';
    uri.password = 'canary';
    const { server } = attempt({ LOCAL_MONGODB_URI: uri.href });
    const failure = await server.catch((error: unknown) => error);
    expect(String(failure)).toMatch(
      /^StartError: Local MongoDB at 127.+ refused the credentials: check user, password/,
    );
    expect(String(failure)).not.toContain('canary');
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { silentLogger } from '@bomba/sync-core';
import { type BranchDatabases, startDatabases } from '@bomba/sync-testkit';
import { compare } from 'bcryptjs';
import { Mongoose } from 'mongoose';
import { type HttpServer } from '../../src/http-server.js';
import { compileModels, type CompiledResource } from '../../src/models/compile-models.js';
import { buildIndexes } from '../../src/startup/build-indexes.js';
import { connectLocal } from '../../src/startup/connect-local.js';
import { createClient, type Client } from '../support/client.js';
import { serveApp } from '../support/serve-app.js';

let databases: BranchDatabases;
let mongoose: Mongoose;
let resources: readonly CompiledResource[];
let server: HttpServer;
let api: Client;

beforeAll(async () => {
  databases = await startDatabases({ branches: 1, atlas: false });
  mongoose = new Mongoose();
  mongoose.set('sanitizeFilter', true);
  resources = compileModels(mongoose, 'CAI');
  await connectLocal(mongoose, databases.branches[0]?.uri ?? '');
  await buildIndexes(resources, silentLogger);
  server = await serveApp({ resources, openApi: true });
  api = createClient(server.url);
});

afterAll(async () => {
  await server.close();
  await mongoose.disconnect();
  await databases.stop();
});

const turkishCoffee = { name: 'قهوة تركي', category: 'drink', price: 4_500 };

describe('a resource', () => {
  it('is created, read, replaced, changed and deleted', async () => {
    const created = await api.post('/api/products', turkishCoffee);
    expect(created.status).toBe(201);
    expect(created.body).toMatchObject({ ...turkishCoffee, available: true });
    const path = `/api/products/${String(created.body._id)}`;
    expect(created.location).toBe(path);
    expect((await api.get(path)).body).toEqual(created.body);

    const changed = await api.patch(path, { price: 5_000, description: 'بالهيل' });
    expect(changed.body).toMatchObject({ ...turkishCoffee, price: 5_000, description: 'بالهيل' });
    expect((await api.patch(path, { description: null })).body).not.toHaveProperty('description');

    const replaced = await api.put(path, { name: 'شاي', price: 1_500 });
    expect(replaced.status).toBe(200);
    expect(replaced.body).toMatchObject({ name: 'شاي', price: 1_500, category: 'other', available: true });
    expect(replaced.body.createdAt).toBe(created.body.createdAt);

    expect((await api.delete(path)).status).toBe(204);
    expect((await api.get(path)).status).toBe(404);
    expect((await api.delete(path)).status).toBe(404);
    expect((await api.patch(path, { price: 1 })).status).toBe(404);
    expect((await api.put(path, turkishCoffee)).status).toBe(404);
  });

  it('never shows the fields of sync and of Mongoose', async () => {
    const { body } = await api.post('/api/products', { ...turkishCoffee, _syncMeta: { dirty: 'x' }, __v: 7 });
    expect(Object.keys(body)).not.toEqual(expect.arrayContaining(['_syncMeta']));
    expect(Object.keys(body)).not.toEqual(expect.arrayContaining(['__v']));
  });

  it('takes an id that the client chose, once', async () => {
    const chosen = { ...turkishCoffee, _id: '64b000000000000000000001' };
    expect((await api.post('/api/products', chosen)).body._id).toBe(chosen._id);
    expect((await api.post('/api/products', chosen)).status).toBe(409);
  });

  it('refuses changes that break its rules and keeps what it had', async () => {
    const { body } = await api.post('/api/products', turkishCoffee);
    const path = `/api/products/${String(body._id)}`;
    expect((await api.patch(path, { price: -1 })).status).toBe(422);
    expect((await api.put(path, { name: 'no price' })).status).toBe(422);
    expect((await api.get(path)).body).toEqual(body);
  });
});

describe('a list', () => {
  const devices = Array.from({ length: 60 }, (_, index) => ({ name: `Console ${index + 1}` }));
  beforeAll(async () => {
    for (const device of devices) await api.post('/api/devices', device);
    await api.post('/api/devices', { name: 'جهاز (بلايستيشن) 5+' });
  });
  const names = async (query: string): Promise<unknown[]> =>
    (await api.list(`/api/devices${query}`)).map(({ name }) => name);

  it('begins with the newest and has 50 unless told otherwise', async () => {
    const all = await names('');
    expect(all).toHaveLength(50);
    expect(all.slice(0, 3)).toEqual(['جهاز (بلايستيشن) 5+', 'Console 60', 'Console 59']);
  });

  it('is as long as asked for, and never longer than 500', async () => {
    expect(await names('?limit=2')).toEqual(['جهاز (بلايستيشن) 5+', 'Console 60']);
    expect(await names('?limit=9999')).toHaveLength(61);
  });

  it('finds text in the name in any case and any script, taken literally', async () => {
    expect(await names('?q=CONSOLE%206')).toEqual(['Console 60', 'Console 6']);
    expect(await names(`?q=${encodeURIComponent('بلايستيشن')}`)).toHaveLength(1);
    expect(await names(`?q=${encodeURIComponent('(بلايستيشن) 5+')}`)).toHaveLength(1);
    for (const pattern of ['.*', '^Console', 'Console|x', '[', '\\d', '$', '(a+)+$']) {
      expect(await names(`?q=${encodeURIComponent(pattern)}`)).toEqual([]);
    }
  });

  it('takes an operator in the query for a word', async () => {
    expect(await names('?q[$ne]=x&limit=1')).toHaveLength(1);
    expect((await api.get('/api/devices/?q=a&q[$gt]=')).status).toBe(200);
  });
});

describe('hooks', () => {
  it('compute a bill on every kind of change', async () => {
    const lines = [{ name: 'Console', quantity: 2, unitPrice: 6_000 }];
    const { body } = await api.post('/api/bills', { lines, total: 1, status: 'paid' });
    expect(body).toMatchObject({ total: 12_000, paid: 0, status: 'open' });
    const path = `/api/bills/${String(body._id)}`;
    expect((await api.patch(path, { payments: [{ amount: 2_000 }] })).body).toMatchObject({
      status: 'partial',
    });
    expect((await api.patch(path, { status: 'paid' })).body).toMatchObject({ status: 'partial' });
    const payments = [{ amount: 12_000, method: 'card' }];
    expect((await api.put(path, { number: body.number, lines, payments })).body).toMatchObject({
      paid: 12_000,
      status: 'paid',
    });
    expect((await api.patch(path, { voided: true })).body).toMatchObject({ status: 'void' });
  });

  it('hash a password, which never leaves and survives other changes', async () => {
    const password = 'canary-password';
    const { body } = await api.post('/api/users', { username: 'salma', name: 'سلمى', password });
    const path = `/api/users/${String(body._id)}`;
    const stored = async (): Promise<string> => {
      const user = await mongoose.connection.collection('users').findOne({ username: 'salma' });
      return String(user?.['password']);
    };
    const first = await stored();
    expect(await compare(password, first)).toBe(true);
    await api.put(path, { username: 'salma', name: 'Salma' });
    await api.patch(path, { role: 'manager' });
    expect(await stored()).toBe(first);
    await api.patch(path, { password: 'another-password' });
    expect(await compare('another-password', await stored())).toBe(true);
    for (const answer of [body, (await api.get(path)).body, (await api.list('/api/users'))[0]]) {
      expect(Object.keys(answer ?? {})).toContain('username');
      expect(Object.keys(answer ?? {})).not.toContain('password');
    }
  });
});

describe('a unique value', () => {
  it('is refused a second time, and the field is named', async () => {
    expect((await api.post('/api/orders', { number: 'CAI-1' })).status).toBe(201);
    const second = await api.post('/api/orders', { number: 'CAI-1' });
    expect(second.status).toBe(409);
    expect(second.body).toMatchObject({ errors: [{ field: 'number' }] });
  });

  it('is made up where none is given', async () => {
    const orders = await Promise.all(Array.from({ length: 20 }, () => api.post('/api/orders', {})));
    expect(new Set(orders.map(({ body }) => body.number)).size).toBe(20);
  });
});

describe('an open resource', () => {
  it('keeps any field, and PUT leaves only those given', async () => {
    const film = {
      Title: 'الناصر صلاح الدين',
      'US Gross': 146_083,
      cast: [{ name: 'أحمد مظهر' }],
      note: null,
    };
    const { body } = await api.post('/api/movies', film);
    expect(body).toMatchObject(film);
    const path = `/api/movies/${String(body._id)}`;
    expect((await api.patch(path, { rating: { imdb: 7.6 } })).body).toMatchObject({
      ...film,
      rating: { imdb: 7.6 },
    });
    expect((await api.put(path, { Title: 'Saladin' })).body).toEqual({ _id: body._id, Title: 'Saladin' });
    expect(await api.list(`/api/movies?q=${encodeURIComponent('saladin')}`)).toHaveLength(1);
  });

  it('may have a field named id', async () => {
    expect((await api.post('/api/movies', { Title: 'x', id: 7 })).body).toMatchObject({ Title: 'x', id: 7 });
  });

  it.each(['save', 'set', 'toJSON', 'schema', 'isNew'])(
    'refuses the field %s, which would hide a part of its own',
    async (name) => {
      expect((await api.post('/api/movies', { Title: 'x', [name]: 'y' })).status).toBe(400);
    },
  );

  it('shows what came from elsewhere, whatever its fields are called', async () => {
    await mongoose.connection
      .collection('weather')
      .insertOne({ location: 'Cairo', save: 1, toJSON: 2, get: 3 });
    expect(await api.list('/api/weather?q=cairo')).toEqual([
      expect.objectContaining({ save: 1, toJSON: 2, get: 3 }),
    ]);
  });
});

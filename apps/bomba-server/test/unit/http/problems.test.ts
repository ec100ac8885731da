import { afterEach, describe, expect, it } from '@jest/globals';
import { MongoNetworkError, MongoServerError } from 'mongodb';
import { Error as MongooseError } from 'mongoose';
import { type HttpServer } from '../../../src/http-server.js';
import { compileInMemory } from '../../support/models-in-memory.js';
import { serveApp } from '../../support/serve-app.js';

const compile = compileInMemory();
let server: HttpServer | undefined;
afterEach(() => server?.close());

interface Answer {
  readonly status: number;
  readonly type: string | null;
  readonly text: string;
}

async function ask(path: string, init?: RequestInit, served = [compile('products')]): Promise<Answer> {
  server = await serveApp({ resources: served, openApi: true });
  const response = await fetch(`${server.url}${path}`, init);
  return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
}

const post = (body: string, type = 'application/json'): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': type },
  body,
});

describe('a refused request', () => {
  it.each([
    ['an unknown address', '/api/nothing', undefined, 404],
    ['an address that is no URL', '/api/products/%E0%A4%A', undefined, 400],
    ['an id that is none', '/api/products/12charstring', undefined, 400],
    ['an id that is an operator', '/api/products?q[$ne]=&limit=x', undefined, 400],
    ['q given twice', '/api/products?q=a&q=b', undefined, 400],
    ['a limit of nothing', '/api/products?limit=0', undefined, 400],
    ['no body', '/api/products', { method: 'POST' }, 415],
    ['a body that is no JSON', '/api/products', post('{"name":'), 400],
    ['a body of another kind', '/api/products', post('name=x', 'text/plain'), 415],
    ['a list as body', '/api/products', post('[]'), 400],
    ['a bare word as body', '/api/products', post('"x"'), 400],
    ['a body too large', '/api/products', post(JSON.stringify({ name: 'x'.repeat(110_000) })), 413],
    ['an operator as field', '/api/products', post('{"$where":"1"}'), 400],
    ['an operator deep inside', '/api/products', post('{"name":{"a":[{"$gt":""}]}}'), 400],
    ['a path as field', '/api/products', post('{"a.b":1}'), 400],
    ['a field that would change prototypes', '/api/products', post('{"__proto__":{"x":1}}'), 400],
    ['endless nesting', '/api/products', post(`{"name":${'['.repeat(40_000)}${']'.repeat(40_000)}}`), 400],
    ['an _id that is none', '/api/products', post('{"_id":{"a":1},"name":"x","price":1}'), 400],
    ['a value of the wrong type', '/api/products', post('{"name":"x","price":"much"}'), 422],
    ['an object for a text', '/api/products', post('{"name":{"a":1},"price":1}'), 422],
  ])('with %s is answered by a problem document', async (_what, path, init, status) => {
    const answer = await ask(path, init);
    expect(answer.type).toContain('application/problem+json');
    expect(JSON.parse(answer.text)).toMatchObject({ type: 'about:blank', status, title: expect.any(String) });
    expect(answer.status).toBe(status);
    expect(answer.text).not.toMatch(/node_modules|\bat .+:\d+:\d+/);
  });

  it('names the fields that are wrong, without their values', async () => {
    const password = 'canary';
    const { status, text } = await ask('/api/users', post(JSON.stringify({ name: 'x', password })), [
      compile('users'),
    ]);
    expect(status).toBe(422);
    expect(JSON.parse(text).errors).toEqual(
      expect.arrayContaining([
        { field: 'username', detail: 'is required' },
        { field: 'password', detail: 'must have at least 8 characters' },
      ]),
    );
    expect(text).not.toContain(password);
  });
});

describe('an error of the database', () => {
  const failing = (error: Error, isUp = true): Promise<HttpServer> => {
    const products = compileInMemory()('products');
    products.model.collection.insertOne = () => Promise.reject(error);
    return serveApp({ resources: [products], openApi: true, localIsUp: () => isUp });
  };
  const create = async (): Promise<Record<string, unknown> & { text: string }> => {
    const response = await fetch(`${server?.url ?? ''}/api/products`, post('{"name":"قهوة","price":1}'));
    const text = await response.text();
    return { ...(JSON.parse(text) as Record<string, unknown>), text };
  };

  it('is a conflict that names the field where a value must be unique', async () => {
    server = await failing(
      new MongoServerError({ message: 'E11000', code: 11_000, keyPattern: { number: 1 } }),
    );
    expect(await create()).toMatchObject({
      status: 409,
      errors: [{ field: 'number', detail: 'must be unique' }],
    });
  });

  it('is a conflict also where the server does not say which field', async () => {
    server = await failing(new MongoServerError({ message: 'E11000', code: 11_000 }));
    expect(await create()).toMatchObject({ status: 409, errors: [] });
  });

  it.each([
    ['the network fails', new MongoNetworkError('connect ECONNREFUSED'), true],
    ['Mongoose gives up waiting', new MongooseError('buffering timed out'), false],
  ])('asks to come back where %s', async (_what, error, isUp) => {
    server = await failing(error, isUp);
    expect(await create()).toMatchObject({ status: 503 });
  });

  it('says nothing of what went wrong inside', async () => {
    server = await failing(new Error('mongodb://user:canary@host failed'));
    const { text, status } = await create();
    expect(status).toBe(500);
    expect(text).not.toMatch(/canary|mongodb:/);
  });
});

import { request } from 'node:http';
import { afterEach, describe, expect, it } from '@jest/globals';
import { type HttpServer } from '../../../src/http-server.js';
import { compileInMemory } from '../../support/models-in-memory.js';
import { apiKey, serveApp } from '../../support/serve-app.js';

const products = compileInMemory()('products');
let server: HttpServer | undefined;
afterEach(() => server?.close());

const badList = '/api/products?limit=none';

/** Asks for what is refused with 400 to those who may ask, and with 401 to others. */
async function statusFor(headers: Record<string, string>): Promise<number> {
  return (await fetch(`${server?.url ?? ''}${badList}`, { headers })).status;
}

function statusForHost(host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(`${server?.url ?? ''}${badList}`, { headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
}

describe('the API with keys', () => {
  it('opens to any of the keys, in either header', async () => {
    server = await serveApp({ resources: [products] });
    expect(await statusFor({ authorization: `Bearer ${apiKey}` })).toBe(400);
    expect(await statusFor({ authorization: `bearer  ${apiKey}` })).toBe(400);
    expect(await statusFor({ 'x-api-key': apiKey })).toBe(400);
    expect(await statusFor({ 'x-api-key': 'second-key-while-rotating' })).toBe(400);
  });

  it.each([
    ['no key', {}],
    ['a wrong key', { 'x-api-key': 'wrong' }],
    ['an empty key', { 'x-api-key': '' }],
    ['the beginning of a key', { 'x-api-key': apiKey.slice(0, -1) }],
    ['two keys as one', { 'x-api-key': `${apiKey},second-key-while-rotating` }],
    ['another scheme', { authorization: `Basic ${apiKey}` }],
  ])('stays shut to %s', async (_what, headers) => {
    server = await serveApp({ resources: [products] });
    expect(await statusFor(headers)).toBe(401);
  });

  it('says how to send a key', async () => {
    server = await serveApp({ resources: [products] });
    const response = await fetch(`${server.url}/api/products`);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
    expect(await response.json()).toMatchObject({
      status: 401,
      detail: expect.stringContaining('x-api-key'),
    });
  });

  it('slows down whoever guesses, and never those who hold a key', async () => {
    server = await serveApp({ resources: [products] });
    const guesses = [];
    for (let guess = 0; guess < 31; guess += 1)
      guesses.push(await statusFor({ 'x-api-key': `guess-${guess}` }));
    expect(guesses.slice(0, 30)).toEqual(Array.from({ length: 30 }, () => 401));
    expect(guesses[30]).toBe(429);
    const allowed = await Promise.all(Array.from({ length: 60 }, () => statusFor({ 'x-api-key': apiKey })));
    expect(new Set(allowed)).toEqual(new Set([400]));
  });
});

describe('the open API', () => {
  it('needs no key on this machine', async () => {
    server = await serveApp({ resources: [products], openApi: true });
    expect(await statusFor({})).toBe(400);
    expect(await statusForHost('localhost:3000')).toBe(400);
    expect(await statusForHost('[::1]:3000')).toBe(400);
  });

  it('stays shut to a browser that was led here under another name', async () => {
    server = await serveApp({ resources: [products], openApi: true });
    expect(await statusForHost('cafe.example.net')).toBe(401);
    expect(await statusForHost('127.0.0.1.example.net')).toBe(401);
  });

  it('does not slow down many requests at once', async () => {
    server = await serveApp({ resources: [products], openApi: true });
    const statuses = await Promise.all(Array.from({ length: 100 }, () => statusFor({})));
    expect(new Set(statuses)).toEqual(new Set([400]));
  });
});

import { describe, expect, it } from '@jest/globals';
import { MongoClient } from 'mongodb';
import { atlasClientOptions } from '../../../src/connection/atlas-client-options.js';
import { timeoutReasons } from '../../../src/connection/timeout-reasons.js';

const URI = 'mongodb://user:password@127.0.0.1,127.0.0.2/bomba';

function used(uri: string, given = {}): MongoClient['options'] {
  return new MongoClient(uri, atlasClientOptions(uri, given)).options;
}

describe("the driver's options for Atlas", () => {
  it('have short timeouts, and compression, where nothing is said', () => {
    expect(used(URI)).toMatchObject({
      serverSelectionTimeoutMS: 5_000,
      connectTimeoutMS: 5_000,
      socketTimeoutMS: 30_000,
      heartbeatFrequencyMS: 2_000,
      compressors: ['zlib'],
    });
  });

  it('are those of the URI where it names them, in whatever case', () => {
    const uri = `${URI}?replicaSet=rs0&serverSelectionTimeoutMS=9000&sockettimeoutms=60000&compressors=none`;
    expect(used(uri)).toMatchObject({
      serverSelectionTimeoutMS: 9_000,
      socketTimeoutMS: 60_000,
      connectTimeoutMS: 5_000,
      compressors: ['none'],
    });
  });

  it('are those of `client` before those of the URI', () => {
    expect(used(`${URI}?socketTimeoutMS=60000`, { socketTimeoutMS: 8_000 }).socketTimeoutMS).toBe(8_000);
  });
});

describe('a time for answers of Atlas', () => {
  it.each([
    [URI, { socketTimeoutMS: 1_000 }],
    [`${URI}?socketTimeoutMS=500`, {}],
    [`${URI}?socketTimeoutMS=60000`, { socketTimeoutMS: 10 }],
  ])('that cuts every stream without news is told: %s, %j', (uri, client) => {
    const [reason, ...others] = timeoutReasons(uri, client);
    expect(reason).toMatch(/socketTimeoutMS.*leave it out/);
    expect(reason).not.toContain('password');
    expect(others).toEqual([]);
  });

  it.each([
    [URI, {}],
    [URI, { socketTimeoutMS: 0 }],
    [URI, { socketTimeoutMS: 2_000 }],
    [`${URI}?socketTimeoutMS=500`, { socketTimeoutMS: 8_000 }],
    ['http://example.net', { socketTimeoutMS: 10 }],
  ])('is accepted else: %s, %j', (uri, client) => {
    expect(timeoutReasons(uri, client)).toEqual([]);
  });
});

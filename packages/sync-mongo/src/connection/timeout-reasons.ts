import { MongoClient, type MongoClientOptions } from 'mongodb';
import { MAX_AWAIT_TIME_MS } from '../stream/max-await-time.js';
import { atlasClientOptions } from './atlas-client-options.js';

/**
 * Why Atlas must not be reached with these timeouts: where an answer may take no longer than a stream waits for news, every
 * stream without news is cut, for ever. Says nothing of a string that the driver does not take.
 */
export function timeoutReasons(uri: string, client: MongoClientOptions = {}): readonly string[] {
  const answerMs = socketTimeoutMs(uri, client);
  // 0: as long as it takes.
  if (!answerMs || answerMs > MAX_AWAIT_TIME_MS) return [];
  return [
    `socketTimeoutMS, in atlas.client or in atlas.uri, is ${answerMs}, but streams wait ${MAX_AWAIT_TIME_MS} ms for news, ` +
      'and would be cut each time: leave it out (30,000), or give some seconds more.',
  ];
}

function socketTimeoutMs(uri: string, client: MongoClientOptions): number | undefined {
  try {
    return new MongoClient(uri, atlasClientOptions(uri, client)).options.socketTimeoutMS;
  } catch {
    return undefined;
  }
}

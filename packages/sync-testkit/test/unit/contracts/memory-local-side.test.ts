import { describe, it } from '@jest/globals';
import { plainDocument, MemoryLocalSide } from '@bomba/sync-core/memory';
import { type LocalSideFixture, localSideContract } from '../../../src/index.js';
import { collections, digestOf, documentIn } from './memory-store.js';

function create(): LocalSideFixture {
  const side = new MemoryLocalSide({ digestOf });
  return {
    side,
    collections,
    digestOf,
    document: (number, text) => documentIn(collections[0], number, text),
    elsewhere: (number, text) => documentIn(collections[1], number, text),
    write: async ({ key, body }, dirty) => {
      const { stamp, digest, info } = side.documents.get(key) ?? plainDocument(body);
      side.documents.set(key, { ...plainDocument(body), stamp, digest, info, dirty });
    },
    mark: async (key, id) => {
      const document = side.documents.get(key);
      if (!document) throw new Error(`there is no ${key} to mark`);
      const marks = { dirty: id, last: document.dirty, held: false, deleting: true };
      side.documents.set(key, { ...document, ...marks });
    },
    kept: async () =>
      [...side.conflicts.values()].map(({ key, losingStamp, reason }) => ({ key, losingStamp, reason })),
    attemptCount: async (key) =>
      [...side.quarantine.values()].find((entry) => entry.key === key)?.attemptCount ?? 0,
  };
}

localSideContract({ name: 'MemoryLocalSide', create }, { describe, it });

import { describe, it } from '@jest/globals';
import { MemoryAtlasSide } from '@bomba/sync-core/memory';
import { type AtlasSideFixture, atlasSideContract, CONTRACT_NOW_MS } from '../../../src/index.js';
import { collections, digestOf, documentIn } from './memory-store.js';

function create(): AtlasSideFixture {
  const side = new MemoryAtlasSide({ now: () => CONTRACT_NOW_MS, digestOf });
  return {
    side,
    collections,
    digestOf,
    document: (number, text) => documentIn(collections[0], number, text),
    elsewhere: (number, text) => documentIn(collections[1], number, text),
    edit: async ({ key, body }) => side.editInPlace(key, body),
    erase: async (key) => void side.erase(key),
  };
}

atlasSideContract({ name: 'MemoryAtlasSide', create }, { describe, it });

import { describe, expect, it } from '@jest/globals';
import { secretsIn } from '../../../src/config/secrets-in.js';

describe('secretsIn', () => {
  it('finds passwords as written and decoded, and every key', () => {
    expect(
      secretsIn({
        LOCAL_MONGODB_URI: 'mongodb://user:p%40ss@127.0.0.1/bomba',
        ATLAS_MONGODB_URI: 'mongodb+srv://user:wrong@ly@cluster.example.net/bomba',
        SYNC_API_KEYS: 'old, new,',
      }),
    ).toEqual(['p%40ss', 'p@ss', 'wrong@ly', 'wrong@ly', 'old', 'new']);
  });

  it('finds none where there are none', () => {
    expect(secretsIn({ LOCAL_MONGODB_URI: 'mongodb://127.0.0.1:27017/bomba' })).toEqual([]);
  });
});

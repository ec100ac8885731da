import { describe, expect, it } from '@jest/globals';
import { findUnknownVariables } from '../../../src/config/unknown-variables.js';

describe('findUnknownVariables', () => {
  it.each([
    ['SYNC_ENABLE', 'SYNC_ENABLED'],
    ['SYNC_API_KEY', 'SYNC_API_KEYS'],
    ['BIDIRECTIONAL_SYNC', 'BIDIRECTIONAL_SYNC_ENABLED'],
    ['ATLAS_MONGO_URI', 'ATLAS_MONGODB_URI'],
    ['CHANGE_STREAM_RECONNECT', 'CHANGE_STREAM_RECONNECT_INTERVAL'],
    ['LOCAL_MONGODB_URL', 'LOCAL_MONGODB_URI'],
    ['CONFLICT_RESOLUTION_STRATERGY', 'CONFLICT_RESOLUTION_STRATEGY'],
  ])('asks whether %s was meant to be %s', (typo, known) => {
    expect(findUnknownVariables({ [typo]: 'x' })).toEqual([
      `${typo}: is not a variable of this server; did you mean ${known}?`,
    ]);
  });

  it('leaves variables of other programs and empty ones alone', () => {
    expect(
      findUnknownVariables({ HOME: '/x', PATH: '/bin', PORTS: '1', LANG: 'ar_EG', SYNC_OTHER: '' }),
    ).toEqual([]);
  });
});

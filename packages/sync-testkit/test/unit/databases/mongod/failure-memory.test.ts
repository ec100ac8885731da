import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { FailureMemory } from '../../../../src/databases/mongod/failure-memory.js';
import { temporaryDirectories } from '../temporary-directory.js';

const HOUR_MS = 3_600_000;

describe('FailureMemory', () => {
  const temporaryDirectory = temporaryDirectories();

  it('recalls a failure for a day, in other processes too', async () => {
    const file = join(await temporaryDirectory(), 'cache', 'failed');
    let now = Date.parse('2026-01-01T00:00:00Z');
    expect(await new FailureMemory(file, () => now).recall()).toBeUndefined();
    await new FailureMemory(file, () => now).note('ENOTFOUND\nof a host');

    now += 23 * HOUR_MS;
    expect(await new FailureMemory(file, () => now).recall()).toBe('ENOTFOUND of a host');
    now += 2 * HOUR_MS;
    expect(await new FailureMemory(file, () => now).recall()).toBeUndefined();
  });
});

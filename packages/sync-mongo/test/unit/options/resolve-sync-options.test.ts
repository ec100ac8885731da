import { describe, expect, it } from '@jest/globals';
import { isSyncError } from '@bomba/sync-core';
import { Mongoose } from 'mongoose';
import { resolveSyncOptions } from '../../../src/options/resolve-sync-options.js';
import { syncDefaults } from '../../../src/options/sync-defaults.js';
import { type SyncOptions } from '../../../src/sync-options.js';

const required: SyncOptions = { mongoose: new Mongoose(), atlas: { uri: 'mongodb://127.0.0.1/bomba' } };

function problemsOf(options: Partial<SyncOptions>): string {
  try {
    resolveSyncOptions({ ...required, ...options });
  } catch (error) {
    if (isSyncError(error, 'SYNC_CONFIG_INVALID')) return error.message;
    throw error;
  }
  return '';
}

describe('the options of createSync', () => {
  it('have a default for everything but Mongoose and Atlas', () => {
    const { queue, retry, drift, tombstones, lease, changeStream, ...rest } = resolveSyncOptions(required);
    expect({ queue, retry, drift, tombstones, lease }).toEqual({
      queue: syncDefaults.queue,
      retry: syncDefaults.retry,
      drift: syncDefaults.drift,
      tombstones: syncDefaults.tombstones,
      lease: syncDefaults.lease,
    });
    expect(changeStream).toMatchObject(syncDefaults.changeStream);
    expect(rest).toMatchObject({ enabled: true, bidirectional: true, include: null, indexes: 'unique' });
  });

  it('keep the other defaults of a group of which one is given, and take undefined for absent', () => {
    const { queue, retry } = resolveSyncOptions({
      ...required,
      queue: { maxSize: 5 },
      retry: { baseMs: undefined } as never,
    });
    expect(queue).toEqual({ ...syncDefaults.queue, maxSize: 5 });
    expect(retry).toEqual(syncDefaults.retry);
  });

  it('may lack Atlas: the engine waits until it is configured', () => {
    expect(resolveSyncOptions({ ...required, atlas: { uri: undefined } }).atlas.uri).toBeNull();
  });

  it('take an empty connection string, as an unset variable gives it, for none', () => {
    expect(resolveSyncOptions({ ...required, atlas: { uri: '' } }).atlas.uri).toBeNull();
  });

  it('say what to give where an untyped caller forgets Atlas altogether', () => {
    expect(problemsOf({ atlas: undefined as never })).toContain('- atlas is missing: give { uri }');
  });

  it('are refused with every problem at once', () => {
    const message = problemsOf({
      atlas: { uri: 'mongodb://user:password@db.example.net/bomba' },
      queue: { maxSize: 0, scanIntervalMs: -1 },
      retry: { baseMs: 5_000, maxMs: 100 },
      lease: { durationMs: Number.NaN },
      changeStream: { batchSize: Number.POSITIVE_INFINITY },
    });
    for (const name of [
      'queue.maxSize',
      'queue.scanIntervalMs',
      'retry.baseMs',
      'lease.durationMs',
      'changeStream.batchSize',
      'atlas.uri',
    ])
      expect(message).toContain(`- ${name}`);
    expect(message).not.toContain('password');
  });

  it('are refused where they would cut every stream of Atlas that has no news', () => {
    const atlas = { uri: 'mongodb://127.0.0.1/bomba?socketTimeoutMS=1000' };
    expect(problemsOf({ atlas })).toContain('- socketTimeoutMS');
  });

  it('are refused where the first wait is above the longest, be it by a default', () => {
    expect(problemsOf({ retry: { baseMs: syncDefaults.retry.maxMs + 1 } })).toContain('retry.baseMs');
    expect(problemsOf({ retry: { maxMs: syncDefaults.retry.baseMs - 1 } })).toContain('retry.baseMs');
  });

  it('take a conflict strategy for all collections or for some, and refuse what is none', () => {
    const keepOurs = (): 'local' => 'local';
    const conflict = { bills: keepOurs, '*': 'last-write-wins' } as const;
    expect(resolveSyncOptions({ ...required, conflict }).conflict).toBe(conflict);
    expect(problemsOf({ conflict: 'newest' as never })).toContain('- conflict');
    expect(problemsOf({ conflict: { bills: 'newest' as never } })).toContain('- conflict.bills');
  });

  it('exclude fields by their paths, in no order, and none where nothing is said', () => {
    const fields = { staff: { exclude: ['pin', 'pay.rate'] } };
    const { excludedFields } = resolveSyncOptions({ ...required, collections: { fields } });
    expect(excludedFields.of('staff').paths).toEqual(['pay.rate', 'pin']);
    expect(excludedFields.of('bills').paths).toEqual([]);
    expect(resolveSyncOptions(required).excludedFields.of('staff').paths).toEqual([]);
  });

  it.each([
    ['who a document is', ['_id']],
    ['the metadata of sync', ['_syncMeta.digest']],
    ['a path without a name in it', ['pay..rate']],
    ['what no query can name', ['$pay']],
    ['half a character', ['\ud800']],
    ['what is no path', [5 as never]],
    ['what is no list', 'pin' as never],
    ['more than a digest can name', Array.from({ length: 40 }, (_, i) => `a long name of a field ${i}`)],
  ])('refuse to exclude %s', (_, exclude) => {
    expect(problemsOf({ collections: { fields: { staff: { exclude } } } })).toContain('fields.staff');
  });

  it('refuse to exclude a field for one direction', () => {
    const fields = { staff: { exclude: ['pin'], direction: 'atlas-to-local' } } as const;
    expect(problemsOf({ collections: { fields } })).toContain('fields.staff.direction');
  });

  it('refuse a fuse below 0', () => {
    expect(resolveSyncOptions({ ...required, maxUnexplainedDeletes: 0 }).maxUnexplainedDeletes).toBe(0);
    expect(problemsOf({ maxUnexplainedDeletes: -1 })).toContain('- maxUnexplainedDeletes');
    expect(problemsOf({ maxUnexplainedDeletes: Number.NaN })).toContain('- maxUnexplainedDeletes');
  });

  it('cannot be changed once they are resolved', () => {
    expect(Object.isFrozen(resolveSyncOptions(required))).toBe(true);
  });
});

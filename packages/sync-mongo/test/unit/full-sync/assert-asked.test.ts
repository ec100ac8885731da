import { describe, expect, it } from '@jest/globals';
import { type FullSyncOptions, type ResyncOptions, SyncError } from '@bomba/sync-core';
import { assertFullSyncAsked, assertResyncAsked } from '../../../src/full-sync/assert-asked.js';

/** What is said about options that no compiler has seen. */
function problemsOf(assert: () => void): readonly string[] {
  try {
    assert();
    return [];
  } catch (error) {
    if (!(error instanceof SyncError) || error.code !== 'SYNC_CONFIG_INVALID') throw error;
    return error.message.split('\n- ').slice(1);
  }
}
const ofFullSync = (options: unknown): readonly string[] =>
  problemsOf(() => assertFullSyncAsked(options as FullSyncOptions));
const ofResync = (options: unknown): readonly string[] =>
  problemsOf(() => assertResyncAsked(options as ResyncOptions));

describe('what is asked of a full sync', () => {
  it.each<FullSyncOptions>([
    {},
    { dryRun: true, changedOnly: false, collections: ['bills', 'items'], direction: 'atlas-to-local' },
    { direction: 'local-to-atlas', signal: new AbortController().signal, onProgress: () => undefined },
    { resume: 'a run', signal: AbortSignal.abort(), onProgress: () => undefined },
  ])('may be %j', (options) => {
    expect(ofFullSync(options)).toEqual([]);
  });

  it('may name an option and give nothing for it', () => {
    expect(ofFullSync({ dryRun: undefined, resume: 'a run', direction: undefined })).toEqual([]);
  });

  it.each([
    [{ dryRun: 'no' }, "dryRun must be true or false, but is 'no'."],
    [{ changedOnly: 1 }, 'changedOnly must be true or false, but is 1.'],
    [{ direction: 'both' }, "direction must be 'local-to-atlas' or 'atlas-to-local', but is 'both'."],
    [
      { collections: [] },
      'collections must be a list of one or more collections, none of them twice, but is [].',
    ],
    [
      { collections: ['a', 'a'] },
      "collections must be a list of one or more collections, none of them twice, but is [ 'a', 'a' ].",
    ],
    [
      { collections: 'a' },
      "collections must be a list of one or more collections, none of them twice, but is 'a'.",
    ],
    [{ resume: 7 }, 'resume must be a text, but is 7.'],
    [{ signal: true }, 'signal must be an AbortSignal, but is true.'],
    [{ onProgress: null }, 'onProgress must be a function, but is null.'],
    [
      { dryrun: true },
      'dryrun is not known; known are: dryRun, changedOnly, collections, direction, resume, signal, onProgress.',
    ],
    [true, 'They must be an object, but are true.'],
  ])('may not be %j', (options, problem) => {
    expect(ofFullSync(options)).toEqual([problem]);
  });

  it('is told all its problems at once', () => {
    expect(ofFullSync({ dryRun: 1, direction: 1 })).toHaveLength(2);
  });

  it.each<[keyof FullSyncOptions, unknown]>([
    ['dryRun', true],
    ['dryRun', false],
    ['changedOnly', true],
    ['collections', ['a']],
    ['direction', 'local-to-atlas'],
  ])('may not be another %s of a run that is gone on with: %j', (name, value) => {
    const said = `resume goes on with what that run was asked for: leave out ${name}.`;
    expect(ofFullSync({ resume: 'a run', [name]: value })).toEqual([said]);
  });
});

describe('what an operator chooses', () => {
  it.each<ResyncOptions>([{}, { prefer: 'atlas' }, { prefer: 'local', collections: ['bills'] }])(
    'may be %j',
    (options) => {
      expect(ofResync(options)).toEqual([]);
    },
  );

  it.each([
    [{ prefer: 'Local' }, "prefer must be 'local' or 'atlas', but is 'Local'."],
    [{ Prefer: 'local' }, 'Prefer is not known; known are: collections, prefer, signal, onProgress.'],
    [undefined, 'They must be an object, but are undefined.'],
  ])('may not be %j', (options, problem) => {
    expect(ofResync(options)).toEqual([problem]);
  });
});

import { expect, it } from '@jest/globals';
import { type FullSyncReport, progressLine } from '@bomba/sync-core';
import { showProgress } from '../../../src/index.js';

const ended: FullSyncReport = {
  ...{ id: 'a run', state: 'completed', dryRun: true, startedAtMs: 0, finishedAtMs: 2_000, error: null },
  collections: [{ collection: 'bills', comparedCount: 5, differentCount: 0, repairedCount: 0 }],
};

it('shows the progress of a full sync by the clock of this machine', () => {
  const written: string[] = [];
  showProgress({ write: (text) => written.push(text) })(ended);
  expect(written).toEqual([`${progressLine(ended)}\n`]);
});

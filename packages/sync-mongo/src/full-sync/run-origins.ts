import { type Clock } from '@bomba/sync-core';
import { type Db } from 'mongodb';
import { RestoredAtlas } from '../instance/restored-atlas.js';
import { RunSchedule } from './run-schedule.js';

/** What is to hear of it where somebody does not want a run: what had begun it, if that was no person's wish alone. */
export interface RunOrigins {
  readonly schedule: () => Pick<RunSchedule, 'skip'>;
  readonly restored: () => Pick<RestoredAtlas, 'load' | 'withdraw'>;
}

/** Those of a branch, by its Local. */
export function runOrigins(db: () => Db, clock: Pick<Clock, 'now'>): RunOrigins {
  return { schedule: () => new RunSchedule(db(), clock), restored: () => new RestoredAtlas(db()) };
}

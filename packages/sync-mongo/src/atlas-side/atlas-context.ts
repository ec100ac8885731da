import { type Stamp } from '@bomba/sync-core';
import { type ClientSession, type Db } from 'mongodb';
import { type ExcludedFields } from '../fields/excluded-fields.js';

/** What the operations on Atlas share. */
export interface AtlasContext {
  readonly db: Db;
  /** Names this branch's database. */
  readonly instanceId: string;
  /** Causally consistent: what one operation has seen, the next one sees. Used by one operation at a time. */
  readonly session: ClientSession;
  /** Default: none is. */
  readonly excluded?: ExcludedFields;
  /** A version is about to be stored, and will come back through the change stream. */
  readonly expectEcho?: (stamp: Stamp) => void;
}

/** How Atlas is read wherever absence decides: never going back in time. */
export const causalRead = { readConcern: { level: 'majority' }, readPreference: 'primary' } as const;

/**
 * How Atlas is written: what is acknowledged is in the journals of a majority, also where the set's configuration
 * (`writeConcernMajorityJournalDefault`) would let memory do.
 */
export const majority = { w: 'majority', journal: true } as const;

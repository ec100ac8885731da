import { type Stamp } from '@bomba/sync-core';
import { type Db, type WriteConcern } from 'mongodb';
import { type ExcludedFields } from '../fields/excluded-fields.js';
import { type LockWatch } from './lock-watch.js';

/** What the operations on Local share. */
export interface LocalContext {
  readonly db: Db;
  /** Names this branch's database. */
  readonly instanceId: string;
  /** The collections that travel, those of bomba-sync itself included. */
  collections(): readonly string[];
  /** A new id, for a record that the engine writes as an application would. */
  nextId(): Stamp;
  /** Default: none is. */
  readonly excluded?: ExcludedFields;
  /** Saves how far pull has come; only the engine's own connection can. */
  savePosition(position: unknown): Promise<void>;
  /** Milliseconds since the epoch. */
  now(): number;
}

/** What conditional writes share beside that. */
export interface LockingContext extends LocalContext {
  readonly locks: LockWatch;
}

/** For writes that the position or a later answer depends on: they outlive a power cut. */
export const durable: WriteConcern = { w: 'majority', journal: true };

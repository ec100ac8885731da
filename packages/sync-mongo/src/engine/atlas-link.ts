import { type LocalSide, type PushesUnderWay } from '@bomba/sync-core';
import { type Db } from 'mongodb';
import { type AtlasClock } from '../connection/atlas-clock.js';
import { type AtlasGreeting } from '../connection/dual-database-manager.js';
import { type PositionStore } from '../position/position-store.js';
import { type SetbacksByWork } from '../worker/write-setbacks.js';

/** One connection to Atlas, with what the engine's work over it needs. */
export interface AtlasLink {
  readonly greeting: AtlasGreeting;
  readonly time: AtlasClock;
  readonly instanceId: string;
  /** The lease's epoch under which this connection works. */
  readonly epoch: number;
  readonly clusterId: string;
  readonly local: LocalSide;
  readonly localDb: Db;
  readonly pushes: PushesUnderWay;
  readonly setbacks: SetbacksByWork;
  readonly positions: PositionStore;
  /** The collections that travel, those of bomba-sync itself included. */
  readonly collections: readonly string[];
  /** Those of them whose changes on Atlas come to Local. */
  readonly pulled: readonly string[];
  /** Ends the work over this connection. */
  readonly signal: AbortSignal;
  /** Whether it was ended on purpose: by a stop, a lost lease, new collections; not by a failure. */
  readonly isEnded: () => boolean;
}

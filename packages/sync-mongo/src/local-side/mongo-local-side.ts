import { type LocalOperation, type LocalResults, type LocalSide, type ResultOf } from '@bomba/sync-core';
import { vouchFor } from '../audit/vouched-writes.js';
import { mapMongoError } from '../errors/map-mongo-error.js';
import { asOnLocal } from '../fields/left-fields.js';
import { findHolders } from '../side/find-holders.js';
import { scanKeys } from '../side/scan-keys.js';
import { StateScanner } from '../side/state-scanner.js';
import { acknowledge } from './acknowledge.js';
import { noteLatestId } from './latest-id.js';
import { type LocalContext } from './local-context.js';
import { LockWatch } from './lock-watch.js';
import { readDocuments, readMarks, readTombstones, readWithin, scanTombstones } from './read.js';
import { findQuarantined, noteWaits, readQuarantined, releaseStates, scanQuarantine } from './quarantine.js';
import { keepRecords } from './conflict-records.js';
import { quarantineState } from './records.js';
import { rewrite } from './rewrite.js';
import { scanDirty, scanMarked, scanPending } from './scan.js';
import { forgetSent, noteSent, readSent } from './sent-notes.js';
import { amendTombstones, notePending, noteRemovals, noteTombstones } from './tombstones.js';
import { amend, insert, remove, store } from './write-state.js';

type Handlers = {
  readonly [Name in LocalOperation['op']]: (
    operation: Extract<LocalOperation, { readonly op: Name }>,
  ) => Promise<LocalResults[Name]>;
};

/** Local, on MongoDB: each operation of the engine as conditional single-document writes. */
export class MongoLocalSide implements LocalSide {
  readonly #handlers: Handlers;

  constructor(local: LocalContext) {
    const context = { ...local, locks: new LockWatch() };
    const states = new StateScanner(context);
    this.#handlers = {
      scanDirty: (operation) => scanDirty(context, operation),
      scanPending: (operation) => scanPending(context, operation),
      scanMarked: (operation) => scanMarked(context, operation),
      scanStates: (operation) => states.page(operation),
      scanKeys: (operation) => scanKeys(context.db, operation),
      readDocuments: ({ entries }) => readDocuments(context, entries),
      readWithin: (operation) => readWithin(context, operation),
      readMarks: ({ entries }) => readMarks(context, entries),
      readTombstones: ({ entries }) => readTombstones(context, entries),
      scanTombstones: (operation) => scanTombstones(context, operation),
      noteSent: (operation) => noteSent(context, operation),
      noteId: ({ id }) => noteLatestId(context, id),
      readSent: ({ entries }) => readSent(context, entries),
      forgetSent: ({ note }) => forgetSent(context, note),
      acknowledge: ({ entries }) => acknowledge(context, entries),
      amend: ({ entries }) => amend(context, entries),
      store: ({ entries }) => store(context, entries),
      rewrite: ({ entries }) => rewrite(context, entries),
      insert: ({ entries }) => insert(context, entries),
      findHolders: async ({ entries }) => findHolders(context.db, await asOnLocal(context, entries)),
      remove: ({ entries }) => remove(context, entries),
      noteTombstone: ({ entries }) => noteTombstones(context, entries),
      noteRemoval: ({ entries }) => noteRemovals(context, entries),
      notePending: (operation) => notePending(context, operation),
      amendTombstone: ({ entries }) => amendTombstones(context, entries),
      keep: ({ entries }) => keepRecords(context, entries),
      quarantine: ({ entry }) => quarantineState(context, entry),
      scanQuarantine: (operation) => scanQuarantine(context, operation),
      findQuarantined: ({ entries }) => findQuarantined(context, entries),
      readQuarantined: ({ entries }) => readQuarantined(context, entries),
      noteWait: ({ entries }) => noteWaits(context, entries),
      release: ({ entries }) => releaseStates(context, entries),
      savePosition: async ({ position }) => {
        await context.savePosition(position);
        return undefined;
      },
    };
  }

  async run<O extends LocalOperation>(operation: O): Promise<ResultOf<O>> {
    const handler = this.#handlers[operation.op] as (operation: LocalOperation) => Promise<unknown>;
    try {
      return (await vouchFor(() => handler(operation))) as ResultOf<O>;
    } catch (error) {
      throw mapMongoError(error, 'local');
    }
  }
}

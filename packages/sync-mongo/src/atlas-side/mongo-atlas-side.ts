import { type AtlasOperation, type AtlasResults, type AtlasSide, type ResultOf } from '@bomba/sync-core';
import { mapMongoError } from '../errors/map-mongo-error.js';
import { scanKeys } from '../side/scan-keys.js';
import { StateScanner } from '../side/state-scanner.js';
import { findHolders } from '../side/find-holders.js';
import { type AtlasContext, causalRead } from './atlas-context.js';
import { exchange } from './exchange.js';
import { push } from './push.js';
import { readDocuments, readStamps, readTombstones, readWithin, scanTombstones } from './read.js';
import { ScanSession } from './scan-session.js';
import { seal } from './seal.js';
import { remove, writeTombstones } from './write.js';

type Handlers = {
  readonly [Name in AtlasOperation['op']]: (
    operation: Extract<AtlasOperation, { readonly op: Name }>,
  ) => Promise<AtlasResults[Name]>;
};

/** Atlas, on MongoDB: causal majority reads, and conditional majority writes. */
export class MongoAtlasSide implements AtlasSide {
  readonly #handlers: Handlers;

  constructor(context: AtlasContext) {
    const scanning = new ScanSession(context);
    const states = new StateScanner(context, () => ({ ...causalRead, session: scanning.session }));
    this.#handlers = {
      readDocuments: ({ entries }) => readDocuments(context, entries),
      readWithin: (operation) => readWithin(context, operation),
      readTombstones: ({ entries }) => readTombstones(context, entries),
      scanTombstones: (operation) => scanTombstones(context, operation),
      readStamps: ({ entries }) => readStamps(context, entries),
      push: ({ entries }) => push(context, entries),
      exchange: ({ entries }) => exchange(context, entries),
      findHolders: ({ entries }) =>
        findHolders(context.db, entries, { ...causalRead, session: context.session }),
      remove: ({ entries }) => remove(context, entries),
      writeTombstone: ({ entries }) => writeTombstones(context, entries),
      seal: ({ entries }) => seal(context, entries),
      scanStates: (operation) => scanning.beside(() => states.page(operation)),
      scanKeys: (operation) => scanKeys(context.db, operation),
    };
  }

  async run<O extends AtlasOperation>(operation: O): Promise<ResultOf<O>> {
    const handler = this.#handlers[operation.op] as (operation: AtlasOperation) => Promise<unknown>;
    try {
      return (await handler(operation)) as ResultOf<O>;
    } catch (error) {
      throw mapMongoError(error, 'atlas');
    }
  }
}

import { SyncError, type SyncErrorCode } from '@bomba/sync-core';
import { type Connection, type Mongoose } from 'mongoose';
import { captureAggregation } from './aggregate/capture-aggregation.js';
import { Replacements } from './aggregate/replacements.js';
import { settleLeft } from './aggregate/settle-left.js';
import { type Capture, type CaptureOptions } from './capture.js';
import { ClientWrapper } from './client-wrapper.js';
import { CollectionWrapper } from './collection-wrapper.js';
import { inspectCollections } from './collections/inspect-collections.js';
import { type RefusedCollection, SyncedCollections } from './collections/synced-collections.js';
import { Drops } from './drop/drops.js';
import { type AggregationTakeover } from './seam/aggregation-cursor.js';
import { setOwnProperty } from './seam/own-property.js';
import { watchConnections } from './seam/watch-connections.js';
import { WriteTargets } from './write-targets.js';

const REFUSED: SyncErrorCode = 'SYNC_STATE_COLLECTION_REFUSED';
/** Name of the counter of collections that cannot be synced; label `collection`. */
const COLLECTION_REFUSED = 'sync_collection_refused_total';
const ATTACHED = '@bomba/sync-mongo/capture';

/**
 * Captures the writes of a Mongoose's models, compiled before or after this call: each marks what it writes in its own
 * operation. Throws SYNC_CONFIG_INVALID where that Mongoose is captured already.
 */
export function attachCapture(options: CaptureOptions): Capture {
  const { mongoose, isSynced, onModel, local = mongoose.connection } = options;
  const release = claim(mongoose);
  const onRefused = ({ collection, reason }: RefusedCollection): void => {
    options.logger.warn(`a collection is not synced: ${reason}`, { code: REFUSED, collection });
    options.metrics.count(COLLECTION_REFUSED, 1, { collection });
    options.onRefused?.();
  };
  const collections = new SyncedCollections({ local, isSynced, onModel, onRefused });
  const targets = new WriteTargets({ ...options, collections });
  const onAggregation = (connection: Connection): AggregationTakeover =>
    captureAggregation((stage) => targets.ofStage(connection, stage));
  const drops = new Drops(targets, options.drops);
  const clients = new ClientWrapper({ targets, drops, onAggregation });
  const wrapper = new CollectionWrapper({ targets, drops, onAggregation: ({ conn }) => onAggregation(conn) });
  const stopWatching = watchConnections(mongoose, {
    onCollection: (native) => {
      wrapper.wrap(native);
      collections.review();
    },
    onModel: (model) => collections.add(model),
    onConnection: (connection) => clients.wrap(connection),
    onConnected: (connection) => {
      clients.wrap(connection);
      collections.review();
    },
  });
  return {
    collections: () => collections.names,
    uncaptured: () => collections.others,
    refused: () => collections.refused,
    refuse: (collection, reason) => collections.refuse(collection, reason),
    inspect: async () => {
      for (const { collection, reason } of await inspectCollections(local, collections)) {
        collections.refuse(collection, reason);
      }
      return collections.refused;
    },
    isDeleting: (id) => targets.deletes.isRunning(id),
    settleReplacements: (db, before) => settleLeft(db, { targets, before }),
    isReplacing: (db, collection) => new Replacements(db).isUnderWay(collection),
    detach: () => {
      stopWatching();
      targets.close();
      wrapper.unwrapAll();
      clients.unwrapAll();
      release();
    },
  };
}

/** Two captures of one Mongoose would each drop the other's marks. */
function claim(mongoose: Mongoose): () => void {
  if (Object.hasOwn(mongoose, ATTACHED)) {
    throw new SyncError(
      'SYNC_CONFIG_INVALID',
      'This Mongoose is synced already: use one Sync per Mongoose, or stop and detach the other first.',
    );
  }
  return setOwnProperty(mongoose, ATTACHED, true);
}

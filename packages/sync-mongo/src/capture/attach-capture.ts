import { SyncError } from '@bomba/sync-core';
import { type Mongoose } from 'mongoose';
import { type Capture, type CaptureOptions } from './capture.js';
import { CollectionWrapper } from './collection-wrapper.js';
import { inspectCollections } from './collections/inspect-collections.js';
import { SyncedCollections } from './collections/synced-collections.js';
import { setOwnProperty } from './seam/own-property.js';
import { watchConnections } from './seam/watch-connections.js';

const ATTACHED = '@bomba/sync-mongo/capture';

/**
 * Captures the writes of a Mongoose's models, compiled before or after this call: each marks what it writes in its own
 * operation. Throws SYNC_CONFIG_INVALID where that Mongoose is captured already.
 */
export function attachCapture(options: CaptureOptions): Capture {
  const { mongoose, isSynced, onModel, local = mongoose.connection } = options;
  const release = claim(mongoose);
  const collections = new SyncedCollections({ local, isSynced, onModel });
  const wrapper = new CollectionWrapper({ ...options, collections });
  const stopWatching = watchConnections(mongoose, {
    onCollection: (native) => {
      wrapper.wrap(native);
      collections.review();
    },
    onModel: (model) => collections.add(model),
    onConnected: () => collections.review(),
  });
  return {
    collections: () => collections.names,
    refused: () => collections.refused,
    refuse: (collection, reason) => collections.refuse(collection, reason),
    inspect: async () => {
      for (const { collection, reason } of await inspectCollections(local, collections)) {
        collections.refuse(collection, reason);
      }
      return collections.refused;
    },
    isDeleting: (id) => wrapper.deletes.isRunning(id),
    detach: () => {
      stopWatching();
      wrapper.unwrapAll();
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

import { describe, it } from '@jest/globals';
import fc from 'fast-check';
import { SyncQueueManager } from '../../../src/queue/sync-queue-manager.js';
import { anyQueueCommands } from './queue-commands.js';
import { QueueModel } from './queue-model.js';

describe('SyncQueueManager', () => {
  it('behaves like a plain list of keys, whatever is done to it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), anyQueueCommands, (maxSize, commands) => {
        fc.modelRun(
          () => ({ model: new QueueModel(maxSize), real: new SyncQueueManager({ maxSize }) }),
          commands,
        );
      }),
    );
  });
});

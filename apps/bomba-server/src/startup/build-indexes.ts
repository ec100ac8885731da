import { type Logger } from '@bomba/sync-core';
import { type CompiledResource } from '../models/compile-models.js';

/** Waits until Local has the collections and indexes of all models. What cannot be built is a warning: the server works without. */
export async function buildIndexes(resources: readonly CompiledResource[], logger: Logger): Promise<void> {
  const results = await Promise.allSettled(resources.map(({ model }) => model.init()));
  for (const [index, result] of results.entries()) {
    if (result.status === 'fulfilled') continue;
    const reason = result.reason instanceof Error ? result.reason.message : String(result.reason);
    logger.warn(`An index of a collection could not be built, probably because values collide: ${reason}`, {
      collection: resources[index]?.name,
    });
  }
}

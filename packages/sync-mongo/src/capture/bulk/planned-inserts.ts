import { ObjectId } from 'mongodb';
import { optionsOf } from '../run/call-options.js';
import { type PlacedId } from './bulk-tally.js';
import { type PlannedOperation } from './planned-operation.js';

/**
 * What a bulk is to insert, in its places. As the driver does before it sends anything, it gives each document an `_id`
 * that has none: the application's and the copy that is sent.
 */
export function plannedInserts(plan: readonly PlannedOperation[], options: unknown): readonly PlacedId[] {
  const isForServer = optionsOf(options)['forceServerObjectId'] === true;
  return plan.flatMap((planned): PlacedId[] => {
    if (planned.form !== 'write' || !planned.copy) return [];
    const { original, copy } = planned.copy;
    if (Reflect.get(copy, '_id') == null && !isForServer) {
      const own: unknown = Reflect.get(original as object, '_id') ?? new ObjectId();
      for (const document of [original as object, copy]) Reflect.set(document, '_id', own);
    }
    return [{ index: planned.index, _id: Reflect.get(copy, '_id') }];
  });
}

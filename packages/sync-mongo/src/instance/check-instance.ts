import { type Collection, type Db } from 'mongodb';
import { causalRead, majority } from '../atlas-side/atlas-context.js';
import { codeOf } from '../errors/map-mongo-error.js';
import { mongoCode } from '../errors/mongo-error-codes.js';
import { stateCollections } from '../state/state-collections.js';
import { type InstanceStore } from './instance-store.js';

interface AtlasInstance {
  readonly _id: string;
  readonly counter: number;
}

/** From where to where Atlas' counter of an instance is moved; from 0: it has none. */
interface Move {
  readonly instanceId: string;
  readonly from: number;
  readonly to: number;
}

/** What the counters tell. */
export type InstanceVerdict =
  | { readonly verdict: 'normal'; readonly instanceId: string }
  /** Local was cloned or restored: it has a new name, and everything is to be compared before push. */
  | { readonly verdict: 'renamed'; readonly instanceId: string }
  /** Atlas was restored from a backup, or is another cluster: the operator chooses. */
  | { readonly verdict: 'atlas-restored'; readonly instanceId: string };

/**
 * Compares Local's and Atlas' counters of this instance, and moves both on, beyond all that was ever announced: first the
 * intent on Local, then Atlas from `seen` to `next`, then the confirmation on Local. Atlas at either is normal; one that is
 * behind is gone on with where the operator has accepted it.
 */
export async function checkInstance(
  store: InstanceStore,
  atlas: Db,
  { isAccepted = false }: { readonly isAccepted?: boolean } = {},
): Promise<InstanceVerdict> {
  const instances = atlas.collection<AtlasInstance>(stateCollections.instances);
  for (;;) {
    const { instanceId, seen, next, counter } = await lookAtCounters(store, instances);
    if (counter > next) {
      const renamed = await store.rename();
      await moveOn(store, instances, { instanceId: renamed.instanceId, from: 0, to: 1 });
      return { verdict: 'renamed', instanceId: renamed.instanceId };
    }
    if (counter < seen && !isAccepted) return { verdict: 'atlas-restored', instanceId };
    const to = Math.max(counter, next) + 1;
    if (await moveOn(store, instances, { instanceId, from: counter, to }))
      return { verdict: 'normal', instanceId };
  }
}

/** Both counters of one moment: Local's is read before and after, as another process may be moving them on. */
async function lookAtCounters(
  store: InstanceStore,
  instances: Collection<AtlasInstance>,
): Promise<Awaited<ReturnType<InstanceStore['load']>> & { readonly counter: number }> {
  for (;;) {
    const before = await store.load();
    const found = await instances.findOne({ _id: before.instanceId }, causalRead);
    const after = await store.load();
    const isSame =
      before.instanceId === after.instanceId && before.seen === after.seen && before.next === after.next;
    if (isSame) return { ...after, counter: found?.counter ?? 0 };
  }
}

/** False where another process has moved it on since it was looked at, or an earlier request came late: to what, is not known. */
async function moveOn(
  store: InstanceStore,
  instances: Collection<AtlasInstance>,
  move: Move,
): Promise<boolean> {
  await store.announce(move.instanceId, move.to);
  if (!(await setCounter(instances, move))) return false;
  await store.confirm(move.instanceId, move.to);
  return true;
}

async function setCounter(
  instances: Collection<AtlasInstance>,
  { instanceId, from, to }: Move,
): Promise<boolean> {
  try {
    const { matchedCount, upsertedCount } = await instances.updateOne(
      { _id: instanceId, counter: from === 0 ? { $exists: false } : from },
      { $set: { counter: to } },
      { upsert: from === 0, writeConcern: majority },
    );
    return matchedCount + upsertedCount > 0;
  } catch (error) {
    if (codeOf(error) !== mongoCode.duplicateKey) throw error;
    return false;
  }
}

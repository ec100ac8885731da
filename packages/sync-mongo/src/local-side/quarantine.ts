import { type LocalOperation, type QuarantineMark } from '@bomba/sync-core';
import { type Collection, type Document } from 'mongodb';
import { isRecord, partIds } from '../side/state-parts.js';
import { stateCollections } from '../state/state-collections.js';
import { durable, type LocalContext } from './local-context.js';

const identity = { key: 1, direction: 1, stamp: 1, waits: 1 } as const;

type Asked<Name extends LocalOperation['op']> = Extract<LocalOperation, { readonly op: Name }>;

/** A page of the quarantine, without the states. */
export async function scanQuarantine(
  context: LocalContext,
  { after, limit }: Pick<Asked<'scanQuarantine'>, 'after' | 'limit'>,
): Promise<readonly QuarantineMark[]> {
  const behind = after === null ? {} : { _id: { $gt: after } };
  const found = await recordsOf(context)
    .find({ ...behind, ...isRecord }, { sort: { _id: 1 }, limit })
    .project<Omit<QuarantineMark, 'id'> & { readonly _id: string }>(identity)
    .toArray();
  return found.map(({ _id, ...mark }) => ({ id: _id, ...mark }));
}

/** Takes entries out, where they are still of that state; what is left of a part is of no use to anybody. */
export async function releaseStates(
  context: Pick<LocalContext, 'db'>,
  entries: Asked<'release'>['entries'],
): Promise<readonly undefined[]> {
  const records = recordsOf(context);
  for (const { id, stamp } of entries) {
    const released = await records.findOneAndDelete(
      { _id: id, stamp },
      { projection: { parts: 1 }, writeConcern: durable },
    );
    const parts = released ? partIds(released) : [];
    if (parts.length > 0) await records.deleteMany({ _id: { $in: [...parts] } });
  }
  return entries.map(() => undefined);
}

function recordsOf({ db }: Pick<LocalContext, 'db'>): Collection<Document & { readonly _id: string }> {
  return db.collection<Document & { readonly _id: string }>(stateCollections.quarantine);
}

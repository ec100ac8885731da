import {
  type Body,
  canonicalIdOf,
  type LocalOperation,
  type QuarantineMark,
  type ValueWait,
} from '@bomba/sync-core';
import { type Collection, type Document } from 'mongodb';
import { isRecord, joinParts, partIds } from '../side/state-parts.js';
import { stateCollections } from '../state/state-collections.js';
import { durable, type LocalContext } from './local-context.js';

const identity = { key: 1, direction: 1, stamp: 1, waits: 1, base: 1, wait: 1 } as const;

type Asked<Name extends LocalOperation['op']> = Extract<LocalOperation, { readonly op: Name }>;

/** A page of the quarantine, without the states. */
export async function scanQuarantine(
  context: LocalContext,
  { after, limit }: Pick<Asked<'scanQuarantine'>, 'after' | 'limit'>,
): Promise<readonly QuarantineMark[]> {
  const behind = after === null ? {} : { _id: { $gt: after } };
  const found = await recordsOf(context)
    .find({ ...behind, ...isRecord }, { sort: { _id: 1 }, limit })
    .project<Found>(identity)
    .toArray();
  return found.map(toMark);
}

/** Entries by their ids; null where there is none. */
export async function findQuarantined(
  context: LocalContext,
  ids: Asked<'findQuarantined'>['entries'],
): Promise<readonly (QuarantineMark | null)[]> {
  const found = await recordsOf(context)
    .find({ _id: { $in: [...ids] }, ...isRecord })
    .project<Found>(identity)
    .toArray();
  const marks = new Map(found.map((record) => [record._id, toMark(record)]));
  return ids.map((id) => marks.get(id) ?? null);
}

function toMark({ _id, wait, ...mark }: Found): QuarantineMark {
  const { holder = null, seen = null, again = null } = wait ?? {};
  return { id: _id, ...mark, wait: { holder, seen, again } };
}

/** An entry as it is stored; earlier versions noted less. */
type Found = Pick<QuarantineMark, 'key' | 'direction' | 'stamp' | 'waits' | 'base'> & {
  readonly _id: string;
  readonly wait?: Partial<ValueWait>;
};

/** The states of entries; null where an entry is gone. */
export async function readQuarantined(
  context: LocalContext,
  ids: Asked<'readQuarantined'>['entries'],
): Promise<readonly (Body | null)[]> {
  const records = recordsOf(context);
  const bodies: (Body | null)[] = [];
  for (const _id of ids) {
    const record = await records.findOne({ _id });
    bodies.push(record ? await joinParts(records, record) : null);
  }
  return bodies;
}

/** Notes what entries wait for, where they are still of that state. */
export async function noteWaits(
  context: LocalContext,
  entries: Asked<'noteWait'>['entries'],
): Promise<readonly undefined[]> {
  for (const { id, stamp, holder: awaited, set } of entries) {
    const { holder } = set;
    const changed = Object.entries(set).map(([name, value]) => [`wait.${name}`, value] as const);
    const $set = { ...Object.fromEntries(changed), ...(holder && { winnerId: canonicalIdOf(holder) }) };
    const filter = { _id: id, stamp, 'wait.holder': awaited };
    await recordsOf(context).updateOne(filter, { $set }, { writeConcern: durable });
  }
  return entries.map(() => undefined);
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

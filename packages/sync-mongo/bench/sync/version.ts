import { HybridClock } from '@bomba/sync-core';
import { Binary, BSON, type Document } from 'mongodb';
import { createHash, randomBytes } from 'node:crypto';
import { type Bill } from '../capture/bill.js';

/** A document as an instance stores it on Atlas, and its version. */
export interface Version {
  readonly document: Document;
  readonly stamp: Binary;
}

const clock = new HybridClock({
  clock: { now: () => Date.now() },
  random: { bytes: (count) => randomBytes(count) },
});

/** A new version of a bill, as another instance would store it. */
export function versionOf(bill: Bill): Version {
  const stamp = new Binary(Buffer.from(clock.next().replaceAll('-', ''), 'hex'), Binary.SUBTYPE_UUID);
  const digest = createHash('sha256').update(BSON.serialize(bill)).digest('hex').slice(0, 16);
  const _syncMeta = {
    stamp,
    origin: 'local',
    instanceId: '00000000-0000-4000-8000-000000000000',
    lastModified: new Date(),
    version: 1,
    conflictCount: 0,
    digest: `0:${digest}`,
  };
  return { document: { ...bill, _syncMeta }, stamp };
}

/** The filter of a compare-and-set on Atlas, as the engine sends it. */
export function onAtlas(bill: Bill, base: Binary): Document {
  return { _id: bill._id, '_syncMeta.dirty': null, '_syncMeta.stamp': base };
}

/** The filter of a compare-and-set on Local, as the engine sends it. */
export function onLocal(bill: Bill, base: Binary): Document {
  return { ...onAtlas(bill, base), '_syncMeta.held': null };
}

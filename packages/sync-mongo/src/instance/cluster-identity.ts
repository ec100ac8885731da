import { type Random } from '@bomba/sync-core';
import { type Db } from 'mongodb';
import { causalRead, majority } from '../atlas-side/atlas-context.js';
import { stateCollections } from '../state/state-collections.js';
import { randomId } from '../system/random-id.js';

interface ClusterDocument {
  readonly _id: 'cluster';
  readonly clusterId: string;
}

/** The name that the first branch gave this cluster's database: positions of another one mean nothing here. */
export async function clusterIdentity(atlas: Db, random: Random): Promise<string> {
  const clusters = atlas.collection<ClusterDocument>(stateCollections.instances);
  const clusterId = randomId(random);
  const options = { upsert: true, writeConcern: majority };
  await clusters.updateOne({ _id: 'cluster' }, { $setOnInsert: { clusterId } }, options);
  const found = await clusters.findOne({ _id: 'cluster' }, causalRead);
  return found?.clusterId ?? clusterId;
}

import { randomBytes } from 'node:crypto';
import {
  type AtlasSide,
  createStamp,
  deafObserver,
  type DocumentKey,
  type EngineContext,
  type LocalSide,
  PushesUnderWay,
  type Stamp,
  type Step,
} from '@bomba/sync-core';
import { startDatabases } from '@bomba/sync-testkit';
import { type Db, MongoClient } from 'mongodb';
import { MongoAtlasSide } from '../../../src/atlas-side/mongo-atlas-side.js';
import { bodyDigest } from '../../../src/bson/body-digest.js';
import { documentKeyOf } from '../../../src/bson/document-key.js';
import { MongoLocalSide } from '../../../src/local-side/mongo-local-side.js';
import { AtlasInventory } from '../../../src/state/atlas-inventory.js';
import { ensureAtlasState, ensureLocalState } from '../../../src/state/ensure-state.js';
import { runStep } from '../../../src/worker/run-step.js';

const COLLECTION = 'items';
const START_MS = 1_750_000_000_000;

/** The steps of the engine on the databases of one branch and Atlas, without the loops that drive them. */
export interface EngineWorld {
  readonly local: Db;
  readonly atlas: Db;
  readonly localSide: LocalSide;
  readonly atlasSide: AtlasSide;
  readonly context: EngineContext;
  run<Result>(step: Step<Result>): Promise<Result>;
  /** A key that nothing has been written under. */
  nextKey(): { readonly key: DocumentKey; readonly id: number };
  /** A stamp later than all before. */
  readonly nextStamp: () => Stamp;
  stop(): Promise<void>;
}

/** Starts the databases; everything happens in the collection `items`. */
export async function openEngineWorld(): Promise<EngineWorld> {
  const databases = await startDatabases({ branches: 1 });
  const servers = [databases.branches[0], databases.atlas].filter((server) => server !== undefined);
  for (const server of servers) await server.provision([COLLECTION, '_sync_conflicts']);
  const clients = await Promise.all(servers.map(({ uri }) => MongoClient.connect(uri)));
  const [local, atlas] = clients.map((client) => client.db());
  const session = clients[1]?.startSession({ causalConsistency: true });
  if (!local || !atlas || !session) throw new Error('two servers were asked for');
  await ensureLocalState(local, [COLLECTION]);
  await ensureAtlasState(atlas, {
    synced: [COLLECTION],
    tombstoneAgeMs: 3_600_000,
    inventory: new AtlasInventory({ monotonic: () => 0 }),
  });
  let count = 0;
  const nextStamp = (): Stamp =>
    createStamp({ timeMs: START_MS + count++, counter: 0, random: randomBytes(16) });
  const instanceId = 'instance-a';
  const localSide = new MongoLocalSide({
    db: local,
    instanceId,
    collections: () => [COLLECTION, '_sync_conflicts'],
    nextId: nextStamp,
    savePosition: async () => undefined,
    now: () => START_MS,
  });
  const atlasSide = new MongoAtlasSide({ db: atlas, instanceId, session });
  const context: EngineContext = {
    random: { bytes: (length) => randomBytes(length), fraction: () => 0.5 },
    instanceId,
    newId: nextStamp,
    observer: deafObserver,
    pushes: new PushesUnderWay(),
    digestOf: (_key, body) => bodyDigest(body),
    rulesFor: () => ({ ceilingMs: Number.MAX_SAFE_INTEGER, horizonMs: 0, insertOnly: false }),
    isGoneForGood: () => true,
  };
  return {
    ...{ local, atlas, localSide, atlasSide, context, nextStamp },
    run: (step) => runStep(step, { local: localSide, atlas: atlasSide }),
    nextKey: () => ({ key: documentKeyOf(COLLECTION, ++count), id: count }),
    stop: async () => {
      await Promise.all(clients.map((client) => client.close()));
      await databases.stop();
    },
  };
}

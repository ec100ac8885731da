import { type AtlasLink } from '../engine/atlas-link.js';
import { type ExcludedFields } from '../fields/excluded-fields.js';
import { pipelineHash } from '../stream/watch-pipeline.js';
import { type Opening, type Position, type PositionStore, type StreamIdentity } from './position-store.js';

/** What a connection's positions belong to. */
export interface PositionPlace extends Pick<AtlasLink, 'instanceId' | 'clusterId' | 'pulled' | 'greeting'> {
  readonly excluded: ExcludedFields;
}

/** What names this Local, this Atlas, and the stream that is read now. */
export function streamIdentity({
  instanceId,
  clusterId,
  pulled,
  greeting,
  excluded,
}: PositionPlace): StreamIdentity {
  const hash = pipelineHash({ collections: pulled, instanceId, excluded });
  return { instanceId, clusterId, dbName: greeting.db.databaseName, pipelineHash: hash };
}

/** Whether a position is of this Local, this Atlas, and the stream that is read now. */
export function belongsTo(saved: StreamIdentity, place: PositionPlace): boolean {
  const own = streamIdentity(place);
  return (
    saved.instanceId === own.instanceId &&
    saved.clusterId === own.clusterId &&
    saved.dbName === own.dbName &&
    saved.pipelineHash === own.pipelineHash
  );
}

/** The position that pull has come to, or what is to become one; null: there is neither, or it belongs to another place. */
export async function ownPlace(
  positions: Pick<PositionStore, 'load'>,
  place: PositionPlace,
): Promise<Position | Opening | null> {
  const saved = await positions.load();
  return saved && belongsTo(saved, place) ? saved : null;
}

/** The position that pull has come to; null: there is none, or it belongs to another place. */
export async function ownPosition(
  positions: Pick<PositionStore, 'load'>,
  place: PositionPlace,
): Promise<Position | null> {
  const own = await ownPlace(positions, place);
  return own && !isOpening(own) ? own : null;
}

export function isOpening(place: Position | Opening): place is Opening {
  return place.token === null;
}

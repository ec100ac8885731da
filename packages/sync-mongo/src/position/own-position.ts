import { type AtlasLink } from '../engine/atlas-link.js';
import { type ExcludedFields } from '../fields/excluded-fields.js';
import { pipelineHash } from '../stream/watch-pipeline.js';
import { type Position, type PositionStore } from './position-store.js';

/** What a connection's positions belong to. */
export interface PositionPlace extends Pick<AtlasLink, 'instanceId' | 'clusterId' | 'pulled' | 'greeting'> {
  readonly excluded: ExcludedFields;
}

/** Whether a position is of this Local, this Atlas, and the stream that is read now. */
export function belongsTo(
  position: Position,
  { instanceId, clusterId, pulled, greeting, excluded }: PositionPlace,
): boolean {
  return (
    position.instanceId === instanceId &&
    position.clusterId === clusterId &&
    position.dbName === greeting.db.databaseName &&
    position.pipelineHash === pipelineHash({ collections: pulled, instanceId, excluded })
  );
}

/** The position that pull has come to; null: there is none, or it belongs to another place. */
export async function ownPosition(
  positions: Pick<PositionStore, 'load'>,
  place: PositionPlace,
): Promise<Position | null> {
  const saved = await positions.load();
  return saved && belongsTo(saved, place) ? saved : null;
}

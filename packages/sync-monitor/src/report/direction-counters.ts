import { type DirectionMeter } from '../metrics/direction-meter.js';

/** Counts of one direction, by the names of the first plan. @public */
export interface DirectionCounters {
  /** Successful and failed ones. */
  readonly totalProcessed: number;
  readonly successful: number;
  readonly failed: number;
  /** Mean of all known durations, in ms; 0 where there is none. */
  readonly avgProcessTime: number;
}

/** The counts of the push. @public */
export interface LocalToAtlasMetrics extends DirectionCounters {
  /** Keys known to wait for push. */
  readonly queueSize: number;
}

/** The counts of the pull. @public */
export interface AtlasToLocalMetrics extends DirectionCounters {
  /** Every conflict, whichever side lost: all of them are settled where a version from Atlas meets one of Local. */
  readonly conflicts: number;
}

/** Both directions. @public */
export interface DirectionalMetrics {
  readonly localToAtlas: LocalToAtlasMetrics;
  readonly atlasToLocal: AtlasToLocalMetrics;
}

/** Reads the counts of a meter. */
export function toDirectionCounters({
  appliedCount,
  failedCount,
  durations,
}: DirectionMeter): DirectionCounters {
  return {
    totalProcessed: appliedCount + failedCount,
    successful: appliedCount,
    failed: failedCount,
    avgProcessTime: durations.meanMs ?? 0,
  };
}

import { type EngineContext } from '../engine/engine-context.js';
import { createStamp, lowestStamp, stampFor, type Stamp } from '../protocol/stamp.js';

/** A version for what a foreign hand did: at its time, or as low as possible where that is unknown. */
export function foreignStamp({ random }: EngineContext, timeMs: number | null, above: Stamp | null): Stamp {
  const bytes = random.bytes(16);
  return stampFor(
    timeMs === null ? lowestStamp(bytes) : createStamp({ timeMs, counter: 0, random: bytes }),
    above,
  );
}

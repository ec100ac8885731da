import { type EngineParts } from './engine-parts.js';

/** Two readings that differ by less may be of the same clocks: a round trip tells no better. */
const NOISE_MS = 1_000;

/** The parts that drift is told to. */
export type DriftParts = Pick<EngineParts, 'board' | 'clock' | 'emitter' | 'options'>;

/**
 * What is done about clocks that differ, for as long as a connection lasts: one further ahead of Atlas than allowed is
 * corrected, with a warning, until it is right again; writing goes on in any case.
 */
export class Drift {
  readonly #parts: DriftParts;
  #knownMs: number | null = null;

  constructor(parts: DriftParts) {
    this.#parts = parts;
  }

  /** Atlas' clock was found to be ahead of ours by so much (negative: behind). */
  read(offsetMs: number): void {
    const { board, clock, options } = this.#parts;
    const { maxMs } = options.drift;
    board.set({ driftMs: offsetMs });
    const isNews = this.#knownMs === null || Math.abs(offsetMs - this.#knownMs) > NOISE_MS;
    const isAhead = -offsetMs > maxMs;
    const before = clock.correctionMs;
    const ceilingMs = options.clock.now() + offsetMs + maxMs;
    // Also where nothing is new: ids may have run ahead meanwhile, with a clock that has jumped there and back.
    clock.correct(isNews ? (isAhead ? offsetMs : 0) : before, { ceilingMs });
    if (!isNews) return;
    this.#knownMs = offsetMs;
    this.#tell(offsetMs, { isAhead, wasAhead: before !== 0 });
  }

  #tell(
    offsetMs: number,
    { isAhead, wasAhead }: { readonly isAhead: boolean; readonly wasAhead: boolean },
  ): void {
    const { emitter, options } = this.#parts;
    const { logger, drift } = options;
    if (isAhead) logger.warn('the clock is ahead of Atlas and is corrected', { driftMs: offsetMs });
    else if (wasAhead)
      logger.info('the clock is right again and is corrected no more', { driftMs: offsetMs });
    if (Math.abs(offsetMs) > drift.maxMs) emitter.emit('drift', { offsetMs, corrected: isAhead });
  }
}

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const SAMPLE_MS = 50;
/** Garbage is collected for each sample of what is held: that takes time of what is measured. */
const HELD_SAMPLE_MS = 1_000;
const MEBIBYTE = 1024 * 1024;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** By how many MiB this process was larger than before, at most, while it did some work. */
export interface MemoryGrowth {
  /** Garbage, and what the process has not given back, and all. */
  readonly resident: number;
  /** What it held: heap and buffers behind a forced collection of garbage, once a second; null: not asked for. */
  readonly held: number | null;
}

/** Does some work, and tells by how much the process grew meanwhile. */
export async function memoryGrowth(
  work: () => Promise<void>,
  { held }: { readonly held: boolean },
): Promise<MemoryGrowth> {
  const ofHeld = held ? new Most(heldBytes, HELD_SAMPLE_MS) : null;
  collectGarbage();
  const ofAll = new Most(() => process.memoryUsage.rss(), SAMPLE_MS);
  try {
    await work();
  } finally {
    ofAll.end();
    ofHeld?.end();
  }
  return { resident: ofAll.grown, held: ofHeld?.grown ?? null };
}

/** In words, for a line of progress. */
export function grownBy({ resident, held }: MemoryGrowth): string {
  const all = `${resident.toFixed(0)} MiB more memory`;
  return held === null ? all : `${all}, of which ${held.toFixed(1)} MiB held`;
}

/** The greatest of some samples. */
class Most {
  readonly #sample: () => number;
  readonly #before: number;
  readonly #timer: NodeJS.Timeout;
  #most: number;

  constructor(sample: () => number, everyMs: number) {
    this.#sample = sample;
    this.#most = this.#before = sample();
    this.#timer = setInterval(() => this.#take(), everyMs);
  }

  get grown(): number {
    return (this.#most - this.#before) / MEBIBYTE;
  }

  end(): void {
    clearInterval(this.#timer);
    this.#take();
  }

  #take(): void {
    this.#most = Math.max(this.#most, this.#sample());
  }
}

/** Buffers count as let go of only behind the collection after the one that has found them. */
function heldBytes(): number {
  collectGarbage();
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

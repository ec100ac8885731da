import { type Clock } from '@bomba/sync-core';
import { type Db } from 'mongodb';
import { mapMongoError } from '../errors/map-mongo-error.js';

/** How old a reading may be: two clocks go apart by a few milliseconds in that time. */
const MAX_AGE_MS = 60_000;

/** The wall clock has jumped where it has gone by so much more, or less, than the monotonic one. */
const JUMP_MS = 1_000;

type Clocks = Pick<Clock, 'now' | 'monotonic'>;

/** Three clocks at one moment, as well as one round trip can tell. */
export interface ClockReading {
  readonly serverMs: number;
  readonly wallMs: number;
  readonly monotonicMs: number;
}

/** Reads a server's clock off an answer to `hello` that was asked for at that moment of the monotonic clock. */
export function readClocks(
  clock: Clocks,
  { hello, askedMs }: { readonly hello: { readonly localTime?: unknown }; readonly askedMs: number },
): ClockReading {
  const [wallMs, monotonicMs] = [clock.now(), clock.monotonic()];
  const { localTime } = hello;
  const serverMs = localTime instanceof Date ? localTime.getTime() + (monotonicMs - askedMs) / 2 : wallMs;
  return { serverMs, wallMs, monotonicMs };
}

/** How an {@link AtlasClock} is made. */
export interface AtlasClockOptions {
  readonly db: Db;
  readonly clock: Clocks;
  readonly reading: ClockReading;
  /** Told of each reading what Atlas' clock is ahead of ours, in ms. */
  readonly onRead: (offsetMs: number) => void;
}

/**
 * Atlas' clock, for as long as a connection lasts. It goes on by the monotonic clock, so that a wall clock that jumps
 * moves no bound; and is read anew then, as a machine that slept has stopped the monotonic one.
 */
export class AtlasClock {
  readonly #options: AtlasClockOptions;
  #reading: ClockReading;
  #underWay: Promise<void> | null = null;

  constructor(options: AtlasClockOptions) {
    this.#options = options;
    this.#reading = options.reading;
    this.#tell();
  }

  /** Milliseconds since the epoch. */
  now(): number {
    return this.#reading.serverMs + this.#options.clock.monotonic() - this.#reading.monotonicMs;
  }

  /** Reads it anew where the wall clock has jumped since. Throws SYNC_CONN_* where Atlas does not answer. */
  async afterJump(): Promise<void> {
    if (this.#hasJumped()) await this.#readAnew();
  }

  /** Reads it anew where that is due. Throws as {@link afterJump}. */
  async refresh(): Promise<void> {
    const ageMs = this.#options.clock.monotonic() - this.#reading.monotonicMs;
    if (ageMs >= MAX_AGE_MS || this.#hasJumped()) await this.#readAnew();
  }

  #hasJumped(): boolean {
    const { clock } = this.#options;
    const { wallMs, monotonicMs } = this.#reading;
    return Math.abs(clock.now() - wallMs - (clock.monotonic() - monotonicMs)) > JUMP_MS;
  }

  /** One request for all who ask at that moment. */
  #readAnew(): Promise<void> {
    this.#underWay ??= this.#read().finally(() => (this.#underWay = null));
    return this.#underWay;
  }

  async #read(): Promise<void> {
    const { db, clock } = this.#options;
    const askedMs = clock.monotonic();
    try {
      this.#reading = readClocks(clock, { hello: await db.command({ hello: 1 }), askedMs });
    } catch (error) {
      throw mapMongoError(error, 'atlas');
    }
    this.#tell();
  }

  #tell(): void {
    const { serverMs, wallMs } = this.#reading;
    this.#options.onRead(Math.round(serverMs - wallMs));
  }
}

import { type Direction } from './direction.js';

/** What a link does to traffic: everything passes, nothing passes, or requests pass and replies do not. */
export type LinkState = 'up' | 'blackHole' | 'dropReplies';

/** The condition of the wire that all connections of a proxy share. */
export class Link {
  #state: LinkState = 'up';
  #bytesPerSecond = Infinity;
  #waiting: (() => void)[] = [];
  #lastAnswered: ((request: Buffer) => boolean) | null = null;
  readonly #freeAt: Record<Direction, number> = { request: 0, reply: 0 };
  /** How much later each byte arrives, in milliseconds, each way. */
  delayMs = 0;

  set state(state: LinkState) {
    this.#state = state;
    this.#lastAnswered = null;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const look of waiting) look();
  }

  /** Resolves when a request that fits is about to pass: neither it nor any other is answered from then on. */
  dropRepliesFrom(fits: (request: Buffer) => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.#lastAnswered = (request) => {
        const isIt = fits(request);
        if (isIt) resolve();
        return isIt;
      };
    });
  }

  /** A request is about to pass. */
  pass(request: Buffer): void {
    if (this.#lastAnswered?.(request)) this.state = 'dropReplies';
  }

  /** Bandwidth of each direction. */
  set bytesPerSecond(bytesPerSecond: number) {
    this.#bytesPerSecond = bytesPerSecond;
    this.#freeAt.request = this.#freeAt.reply = 0;
  }

  /** The most that may be sent at once, so that a limit is felt evenly: a twentieth of a second. */
  get sliceLength(): number {
    return Math.max(1, Math.ceil(this.#bytesPerSecond / 20));
  }

  /** Resolves while the direction is open. */
  async open(direction: Direction): Promise<void> {
    while (this.#state === 'blackHole' || (this.#state === 'dropReplies' && direction === 'reply')) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  /** Takes up the wire for some bytes; returns how long that takes from now on, in milliseconds. */
  occupy(direction: Direction, byteCount: number): number {
    const now = performance.now();
    const start = Math.max(now, this.#freeAt[direction]);
    this.#freeAt[direction] = start + (byteCount / this.#bytesPerSecond) * 1000;
    return this.#freeAt[direction] - now;
  }
}

import { type Request } from 'express';
import { RequestRefusal } from './request-refusal.js';

/** Each takes a connection, and asks the engine once in a while. */
const MAX_STREAMS = 50;

/** Counts the streams that are open; there are no more than so many. */
export class OpenStreams {
  #count = 0;

  /** The signal aborts once the client has gone. Throws SYNC_API_TOO_MANY_STREAMS. */
  open({ res: response }: Request): AbortSignal {
    if (!response || response.destroyed) return AbortSignal.abort();
    if (this.#count >= MAX_STREAMS)
      throw new RequestRefusal('SYNC_API_TOO_MANY_STREAMS', `${MAX_STREAMS} streams are open already.`, {
        headers: { 'Retry-After': '30' },
      });
    this.#count += 1;
    const gone = new AbortController();
    response.once('close', () => {
      this.#count -= 1;
      gone.abort();
    });
    return gone.signal;
  }
}

import { type DocumentKey, type LocalSide } from '@bomba/sync-core';
import { forgetLastingSent, lastingSentBehind, noteLastingSent } from '../local-side/lasting-sent.js';
import { type LocalContext } from '../local-side/local-context.js';
import { forgetSent, oldNotes } from '../local-side/sent-notes.js';

/** A note that old belongs to a push that failed or died. */
const OLD_NOTE_AGE_MS = 60_000;
const NOTE_LIMIT = 20;
const PAGE_SIZE = 500;

/** What a sweep over the notes works with. */
export interface NoteSweepOptions {
  readonly context: LocalContext;
  readonly local: LocalSide;
}

/**
 * Puts the notes of pushes that failed into order. Of those of an attempt, what still waits goes over to lasting notes, one of
 * each key however often it was tried: a collection that cannot be written for days leaves no more of them than it has
 * documents that were sent. Those are forgotten once nothing of their keys waits any more.
 *
 * A note of an attempt is never forgotten for another attempt's sake: that one may be refused, and forget its own, while the
 * request of the first is yet to be executed. Only the sweep takes a lasting note away.
 */
export class NoteSweep {
  readonly #options: NoteSweepOptions;
  #after: DocumentKey | null = null;

  constructor(options: NoteSweepOptions) {
    this.#options = options;
  }

  /** Goes through some notes of attempts, and the next page of lasting ones. */
  async sweep(): Promise<void> {
    await this.#sweepAttempts();
    await this.#sweepLasting();
  }

  /** Noted once more before they are forgotten: whoever looks in between finds them twice. */
  async #sweepAttempts(): Promise<void> {
    const { context } = this.#options;
    const old = await oldNotes(context, { olderThanMs: OLD_NOTE_AGE_MS, limit: NOTE_LIMIT });
    const versions = old.flatMap((note) => note.versions);
    const waiting = await this.#waitingOf(versions.map(({ key }) => key));
    await noteLastingSent(
      context,
      versions.filter(({ key }) => waiting.has(key)),
    );
    for (const { note } of old) await forgetSent(context, note);
  }

  async #sweepLasting(): Promise<void> {
    const { context } = this.#options;
    const page = await lastingSentBehind(context, { after: this.#after, limit: PAGE_SIZE });
    const waiting = await this.#waitingOf(page.map(({ key }) => key));
    await forgetLastingSent(
      context,
      page.filter(({ key }) => !waiting.has(key)),
    );
    this.#after = page.length < PAGE_SIZE ? null : (page.at(-1)?.key ?? null);
  }

  async #waitingOf(keys: readonly DocumentKey[]): Promise<ReadonlySet<DocumentKey>> {
    const { local } = this.#options;
    const entries = [...new Set(keys)];
    if (entries.length === 0) return new Set();
    const documents = await local.run({ side: 'local', op: 'readMarks', entries });
    const tombstones = await local.run({ side: 'local', op: 'readTombstones', entries });
    const isWaiting = (i: number): boolean =>
      (documents[i]?.dirty ?? null) !== null || Boolean(tombstones[i]?.pending);
    return new Set(entries.filter((_, i) => isWaiting(i)));
  }
}

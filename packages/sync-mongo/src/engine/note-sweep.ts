import { type DocumentKey, type LocalSide } from '@bomba/sync-core';
import { type LocalContext } from '../local-side/local-context.js';
import { forgetSent, notesBehind } from '../local-side/sent-notes.js';

/** A note that old belongs to a push that failed or died. */
const OLD_NOTE_AGE_MS = 60_000;
const PAGE_SIZE = 20;

/** What a sweep over the notes works with. */
export interface NoteSweepOptions {
  readonly context: LocalContext;
  readonly local: LocalSide;
}

/**
 * Forgets notes of pushes that failed, once nothing of their keys waits any more: they have done their work. Page by page and
 * round after round, as those of a document that waits for days are not to be in the way of others.
 */
export class NoteSweep {
  readonly #options: NoteSweepOptions;
  #after: string | null = null;

  constructor(options: NoteSweepOptions) {
    this.#options = options;
  }

  /** Goes through the next page. */
  async sweep(): Promise<void> {
    const { context } = this.#options;
    const page = { olderThanMs: OLD_NOTE_AGE_MS, after: this.#after, limit: PAGE_SIZE };
    const notes = await notesBehind(context, page);
    for (const { note, keys } of notes) if (await this.#isSettled(keys)) await forgetSent(context, note);
    this.#after = notes.length < PAGE_SIZE ? null : (notes.at(-1)?.note ?? null);
  }

  async #isSettled(entries: readonly DocumentKey[]): Promise<boolean> {
    const { local } = this.#options;
    const documents = await local.run({ side: 'local', op: 'readMarks', entries });
    const tombstones = await local.run({ side: 'local', op: 'readTombstones', entries });
    return entries.every((_, i) => (documents[i]?.dirty ?? null) === null && !tombstones[i]?.pending);
  }
}

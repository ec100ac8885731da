import { type DocumentKey } from '../document-key/document-key.js';
import { BATCH_BYTES } from '../operations/batch-bytes.js';
import { type Body } from '../protocol/body.js';
import { isLater, type Stamp } from '../protocol/stamp.js';
import { type AtlasDocument } from '../protocol/state.js';
import { type ChangeEvent } from './change-event.js';

/** A state that a foreign hand put under a version of ours, as its event showed it. */
interface ForeignState {
  readonly stamp: Stamp;
  readonly body: Body;
}

/** One that was overwritten or removed by a push that had not seen it. */
export interface OverwrittenState extends ForeignState {
  readonly key: DocumentKey;
  /** What stands in its place: a version, or a deletion. */
  readonly by: Stamp;
  readonly isDeleted: boolean;
  /** What was pushed over it; null where the event does not say. */
  readonly successor: Body | null;
}

/**
 * Remembers states that a foreign hand wrote on Atlas without changing their version, until an event tells what became of
 * them. Such a state is sealed once it is seen, before anything builds on it: where a later version of an instance follows
 * with no seal in between, whoever pushed that had not seen it, and compare-and-set did not miss. The stream shows the
 * events of a key in their order, so that branches come to the same conclusion; not the one whose version it was put under,
 * which is not shown the content.
 */
export class ForeignStates {
  readonly #shown = new Map<DocumentKey, ForeignState>();
  readonly #maxBytes: number;
  #byteCount = 0;

  /** With more than `maxBytes` of them the oldest are forgotten. */
  constructor({ maxBytes = BATCH_BYTES }: { readonly maxBytes?: number } = {}) {
    this.#maxBytes = maxBytes;
  }

  /** Takes note of events, which follow those before without a gap; returns which states they show to be overwritten. */
  follow(events: readonly ChangeEvent[]): readonly OverwrittenState[] {
    return events.flatMap((event) => this.#follow(event));
  }

  /** An event of the key was passed over. */
  forget(key: DocumentKey): void {
    const shown = this.#shown.get(key);
    if (shown) this.#byteCount -= sizeOf(shown);
    this.#shown.delete(key);
  }

  #follow(event: ChangeEvent): readonly OverwrittenState[] {
    const { key } = event;
    const shown = this.#shown.get(key);
    const tellsNothing = event.kind === 'foreign' || (event.kind === 'hint' && event.isRemoval === true);
    if (tellsNothing) return [];
    this.forget(key);
    if (event.kind === 'state' && isForeign(event.state)) this.#remember(key, event.state);
    if (!shown || event.kind === 'hint') return [];
    const by = versionOf(event);
    if (by === null || !isLater(by, shown.stamp)) return [];
    const successor = event.kind === 'state' ? event.state.body : null;
    return [{ key, ...shown, by, isDeleted: event.kind === 'tombstone', successor }];
  }

  #remember(key: DocumentKey, { stamp, body }: ForeignState): void {
    // A copy: it may be a part of something larger.
    const shown = { stamp, body: Uint8Array.from(body) };
    this.#shown.set(key, shown);
    this.#byteCount += sizeOf(shown);
    for (const oldest of this.#shown.keys()) {
      if (this.#byteCount <= this.#maxBytes) return;
      this.forget(oldest);
    }
  }
}

/** What an entry takes besides its content. */
const ENTRY_BYTES = 400;

function sizeOf({ body }: ForeignState): number {
  return ENTRY_BYTES + body.length;
}

function isForeign(state: AtlasDocument): state is AtlasDocument & ForeignState {
  return state.stamp !== null && state.edited === 'yes';
}

/** The version that an instance stored or recorded; null where a foreign hand wrote, or it is a seal of what was there. */
function versionOf(event: Exclude<ChangeEvent, { readonly kind: 'hint' | 'foreign' }>): Stamp | null {
  if (event.kind === 'state') return event.state.edited === 'yes' ? null : event.state.stamp;
  return event.kind === 'echo' && event.isSeal === true ? null : event.stamp;
}

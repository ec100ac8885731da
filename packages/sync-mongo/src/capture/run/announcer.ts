import { type CapturedWrite } from './captured-write.js';
import { isInTransaction, sessionOf } from './call-options.js';

/** Tells of captured writes once others can see them. */
export class Announcer {
  readonly #onCaptured: (write: CapturedWrite) => void;
  readonly #uncommitted = new WeakMap<object, Map<string, CapturedWrite>>();

  /** What `onCaptured` throws is left to its owner: it never reaches the application. */
  constructor(onCaptured: (write: CapturedWrite) => void) {
    this.#onCaptured = onCaptured;
  }

  /** Tells now, or when the session of the call's transaction ends: there is no event for its commit. */
  announce(write: CapturedWrite, options: unknown): void {
    const session = sessionOf(options);
    if (!session || !isInTransaction(options)) {
      this.#tell(write);
      return;
    }
    const waiting = this.#uncommitted.get(session) ?? this.#awaitEnd(session);
    const isFirst = !waiting.has(write.collection);
    waiting.set(write.collection, isFirst ? write : { ...write, ids: 'many' });
  }

  #awaitEnd(session: NonNullable<ReturnType<typeof sessionOf>>): Map<string, CapturedWrite> {
    const waiting = new Map<string, CapturedWrite>();
    this.#uncommitted.set(session, waiting);
    session.once('ended', () => {
      for (const write of waiting.values()) this.#tell(write);
    });
    return waiting;
  }

  #tell(write: CapturedWrite): void {
    try {
      this.#onCaptured(write);
    } catch {
      // A hint that is lost is made good by the next scan of the dirty index.
    }
  }
}

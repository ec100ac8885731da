import { type Expected, type StoredState } from '../operations/local-operation.js';
import { type LocalDocument } from '../protocol/state.js';

/** The marks that a document was looked at with: what a conditional write names. */
export function expectedOf({ stamp, dirty, held }: LocalDocument): Expected {
  return { stamp, dirty, held };
}

/** The marks of a document that was just stored as that state. */
export function expectedAfter({ stamp, dirty }: StoredState): Expected {
  return { stamp, dirty: dirty ?? null, held: false };
}

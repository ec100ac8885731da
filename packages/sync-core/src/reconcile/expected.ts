import { type Expected } from '../operations/local-operation.js';
import { type LocalDocument } from '../protocol/state.js';

/** The marks that a document was looked at with: what a conditional write names. */
export function expectedOf({ stamp, dirty, held }: LocalDocument): Expected {
  return { stamp, dirty, held };
}

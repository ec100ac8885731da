import { type Stamp } from '../protocol/stamp.js';
import { type LocalMarks } from '../protocol/state.js';

/** The write that a deletion is noted over: one without a base, which was never on Atlas and has not seen it. */
export function writeOver(document: Pick<LocalMarks, 'stamp' | 'dirty'> | null): Stamp | null {
  return document?.stamp === null ? document.dirty : null;
}

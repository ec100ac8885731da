import { type DocumentKey } from '../document-key/document-key.js';
import { ask, type Step } from '../operations/operation.js';
import { type QuarantineMark } from './quarantine-record.js';

/**
 * Has states tried again that a server refused where they are, and may store by now. Refused writes go back into the index of
 * what is to be pushed, unless their documents were written since; the versions of Atlas that Local refused are returned, for a
 * look. What is refused once more counts on in the same entry.
 */
export function* tryAgain(
  marks: readonly Pick<QuarantineMark, 'key' | 'direction' | 'stamp'>[],
): Step<readonly DocumentKey[]> {
  const held = marks.filter(({ direction }) => direction === 'local-to-atlas');
  const keys = held.map(({ key }) => key);
  const documents = keys.length > 0 ? yield* ask({ side: 'local', op: 'readMarks', entries: keys }) : [];
  const entries = held.flatMap(({ key, stamp: dirty }, i) => {
    const document = documents[i] ?? null;
    if (!document?.held || document.dirty !== dirty) return [];
    return [{ key, expected: { stamp: document.stamp, dirty, held: true }, set: { held: false } }];
  });
  if (entries.length > 0) yield* ask({ side: 'local', op: 'amend', entries });
  return marks.filter(({ direction }) => direction === 'atlas-to-local').map(({ key }) => key);
}

import { type DocumentKey } from '../document-key/document-key.js';
import { type EngineContext } from '../engine/engine-context.js';
import { type Answer } from '../protocol/answer.js';

/** Whether an answer is to write something on Atlas that must not be written now, and is no push. */
export function isBarred(
  { mayWriteAtlas }: Pick<EngineContext, 'mayWriteAtlas'>,
  key: DocumentKey,
  { do: name }: Pick<Answer, 'do'>,
): boolean {
  if (!mayWriteAtlas) return false;
  if (name === 'recordForeignDelete') return !mayWriteAtlas(key, 'tombstone');
  return (name === 'seal' || name === 'finishDelete') && !mayWriteAtlas(key, 'document');
}

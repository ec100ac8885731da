import { type DocumentKey } from '../document-key/document-key.js';
import { type EngineContext } from '../engine/engine-context.js';
import { ask, type Step } from '../operations/operation.js';
import { type Refusal } from '../operations/refusal.js';
import { type Body } from '../protocol/body.js';
import { stampTimeMs, withTime } from '../protocol/stamp.js';
import { type LocalDocument } from '../protocol/state.js';
import { expectedOf } from './expected.js';

/**
 * Gives a document of Local that came too late for its unique value the content that the application made of it: a write of
 * its own, as old as what it is made of, on the same version of Atlas.
 */
export function* rewrite(
  context: EngineContext,
  { key, local, body }: { readonly key: DocumentKey; readonly local: LocalDocument; readonly body: Body },
): Step<boolean | Refusal> {
  const id = context.newId();
  const dirty = local.dirty === null ? id : withTime(id, stampTimeMs(local.dirty));
  const entries = [{ key, expected: expectedOf(local), dirty, body }];
  const [result = false] = yield* ask({ side: 'local', op: 'rewrite', entries });
  return result;
}

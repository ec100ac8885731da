import { ask, type Step } from '../operations/operation.js';
import { type Stamp } from '../protocol/stamp.js';
import { type LocalTombstone } from '../protocol/state.js';
import { type Turn } from './turn.js';

/** Changes a pending deletion, where it is still the one that was looked at. */
export function* amendTombstone(
  { key }: Pick<Turn, 'key'>,
  pending: Stamp,
  set: Partial<LocalTombstone>,
): Step<void> {
  yield* ask({ side: 'local', op: 'amendTombstone', entries: [{ key, pending, set }] });
}

import { type EngineContext } from '../engine/engine-context.js';
import { ask, type Step } from '../operations/operation.js';
import { type Stamp } from '../protocol/stamp.js';
import { type Turn } from './turn.js';

const NOTE_ID_BYTES = 12;

/** A name for a note of what is about to be sent. */
export function noteId({ random }: Pick<EngineContext, 'random'>): string {
  return [...random.bytes(NOTE_ID_BYTES)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Notes, durably and before it leaves, that this Local sends that version of the key. */
export function* noteSent(context: EngineContext, turn: Turn, stamp: Stamp): Step<void> {
  const note = noteId(context);
  turn.notes.push(note);
  yield* ask({ side: 'local', op: 'noteSent', note, versions: [{ key: turn.key, stamp }] });
}

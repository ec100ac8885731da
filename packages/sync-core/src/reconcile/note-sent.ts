import { type EngineContext } from '../engine/engine-context.js';
import { type SentVersion } from '../operations/local-operation.js';
import { ask, type Step } from '../operations/operation.js';
import { type Stamp } from '../protocol/stamp.js';
import { type Turn } from './turn.js';

const NOTE_ID_BYTES = 12;

/** A name for a note of what is about to be sent. */
function noteId({ random }: Pick<EngineContext, 'random'>): string {
  return [...random.bytes(NOTE_ID_BYTES)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Notes, durably and before they leave, that this Local sends these versions. Returns the name of the note. */
export function* noteVersions(context: EngineContext, sent: readonly SentVersion[]): Step<string> {
  const note = noteId(context);
  const versions = sent.map(({ key, stamp }) => ({ key, stamp }));
  yield* ask({ side: 'local', op: 'noteSent', note, versions });
  return note;
}

/** Notes the version that a turn sends of its key. */
export function* noteSent(context: EngineContext, { key, notes }: Turn, stamp: Stamp): Step<void> {
  notes.push(yield* noteVersions(context, [{ key, stamp }]));
}

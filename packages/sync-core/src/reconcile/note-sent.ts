import { type EngineContext } from '../engine/engine-context.js';
import { assertPresent } from '../errors/assert-present.js';
import { type SentVersion } from '../operations/local-operation.js';
import { ask, type Step } from '../operations/operation.js';
import { latest, type Stamp } from '../protocol/stamp.js';

const NOTE_NAME_BYTES = 12;

/** A version about to be sent, and the id of the write that it is of. */
export interface SentWrite extends SentVersion {
  readonly dirty: Stamp;
}

/** A name for a note of what is about to be sent. */
function noteName({ random }: Pick<EngineContext, 'random'>): string {
  return [...random.bytes(NOTE_NAME_BYTES)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Notes, durably and before they leave, that this Local sends these versions. Returns the name of the note. */
export function* noteSent(context: EngineContext, sent: readonly SentWrite[]): Step<string> {
  const note = noteName(context);
  const versions = sent.map(({ key, stamp }) => ({ key, stamp }));
  const id = assertPresent(latest(...sent.map(({ dirty }) => dirty)), 'a version to send');
  yield* ask({ side: 'local', op: 'noteSent', note, versions, latest: id });
  return note;
}

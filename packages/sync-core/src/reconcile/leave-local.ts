import { type EngineContext } from '../engine/engine-context.js';
import { assertPresent } from '../errors/assert-present.js';
import { type Holder } from '../operations/holder.js';
import { ask, type Step } from '../operations/operation.js';
import { isRefusal, type Refusal } from '../operations/refusal.js';
import { isLater, sameWrite, type Stamp } from '../protocol/stamp.js';
import { type LocalDocument, type View } from '../protocol/state.js';
import { type QuarantineEntry, quarantineIdOf } from '../quarantine/quarantine-record.js';
import { expectedOf } from './expected.js';
import { noteEarlierDeletion, storedState, takeAtlas } from './take-atlas.js';
import { type ActResult, type Turn } from './turn.js';

/** A document of Local that holds a value which Atlas has given to another one. */
export interface InTheWay {
  readonly turn: Turn;
  readonly view: View;
  readonly local: LocalDocument;
}

/**
 * How a document in the way fared. `done`: it is out of the way, and its key is to be looked at; `missed`: it was written
 * meanwhile; `refused`: Local will not have Atlas' version of it, so it stays, and that version waits in quarantine.
 */
export type Leaving = Exclude<ActResult, Refusal>;

/** A local write that came too late for its value: it waits in quarantine, and Atlas' version takes its place, if any. */
export function* setAside(
  context: EngineContext,
  place: InTheWay,
  refusal: Refusal,
): Step<QuarantineEntry | Exclude<Leaving, 'done'>> {
  const { turn, view, local } = place;
  const stamp = assertPresent(local.dirty, 'the id of a write to set aside');
  const { body } = local;
  const entry: QuarantineEntry = {
    ...{ key: turn.key, direction: 'local-to-atlas', stamp, refusal, body, waits: 'aside' },
    ...((view.atlas?.stamp ?? null) === local.stamp && { base: local.stamp }),
  };
  yield* ask({ side: 'local', op: 'noteId', id: stamp });
  yield* ask({ side: 'local', op: 'quarantine', entry });
  const left = view.atlas?.stamp
    ? yield* replaceOrPark(context, place, { fields: refusal.conflictingKey ?? {}, hasLost: false })
    : yield* leaveLocal(place);
  if (left === 'done') {
    turn.also.push(turn.key);
    return entry;
  }
  if (left === 'missed' && !(yield* isKnownElsewhere(place, stamp))) return left;
  // It is still where it was, or was written again since: then what was refused is no longer what the document holds.
  yield* ask({ side: 'local', op: 'release', entries: [{ id: quarantineIdOf(entry), stamp }] });
  return left;
}

/**
 * Whether a write that could not be set aside is in its document, as it was or written again, or was pushed, or is being deleted. Else another
 * lane was quicker to set it aside: then it is nowhere but in the entry, which is of both.
 */
function* isKnownElsewhere({ turn: { key }, local }: InTheWay, write: Stamp): Step<boolean> {
  const [document = null] = yield* ask({ side: 'local', op: 'readMarks', entries: [key] });
  const [tombstone = null] = yield* ask({ side: 'local', op: 'readTombstones', entries: [key] });
  // Of a deletion that is over it cannot be told whether it had seen the write: an entry too many harms nobody.
  if (!document) return isLater(tombstone?.pending ?? null, write);
  if (sameWrite(document.stamp, write) || sameWrite(document.dirty, write)) return true;
  return document.dirty !== null && document.stamp === local.stamp;
}

/** What takes the place of a document in the way. */
interface Replacing extends Pick<Holder, 'fields'> {
  /** What it holds is a local write that lost, which is kept. Default false. */
  readonly keepLoser?: boolean;
  /** False: it is a local write that has not lost to that version. Default true. */
  readonly hasLost?: boolean;
}

/** Atlas' version of it; where that one collides as well, the document leaves Local until its value is free. */
export function* replaceOrPark(
  context: EngineContext,
  place: InTheWay,
  { fields, keepLoser = false, hasLost = true }: Replacing,
): Step<Leaving> {
  const { turn, view } = place;
  const { key } = turn;
  const answer = { do: 'takeAtlas', keepLoser, floor: null } as const;
  const result = yield* takeAtlas(context, turn, { view, answer, hasLost });
  if (!isRefusal(result)) return result;
  const refusal = { conflictingKey: fields, ...result };
  const atlas = assertPresent(view.atlas, 'a state on Atlas to take');
  const { stamp, body } = storedState(context, turn, { atlas });
  const entry = { key, direction: 'atlas-to-local', stamp, refusal, body, waits: 'parked' } as const;
  yield* ask({ side: 'local', op: 'quarantine', entry });
  turn.also.push(key);
  return yield* leaveLocal(place);
}

/** What leaves Local is noted first, so that nobody takes it for a deletion. */
export function* leaveLocal({ turn, view, local }: InTheWay): Step<Leaving> {
  const { key } = turn;
  yield* noteEarlierDeletion(turn, view);
  yield* ask({ side: 'local', op: 'noteRemoval', entries: [key] });
  const [removed] = yield* ask({
    side: 'local',
    op: 'remove',
    entries: [{ key, expected: expectedOf(local) }],
  });
  return removed === true ? 'done' : 'missed';
}

import { type DocumentKey } from '../document-key/document-key.js';
import { type EngineContext } from '../engine/engine-context.js';
import { type Holder, type HolderSearch } from '../operations/holder.js';
import { ask, type Step } from '../operations/operation.js';
import { isRefusal } from '../operations/refusal.js';
import { isLater, latest, type Stamp, stampTimeMs, withTime } from '../protocol/stamp.js';
import { type LocalMarks, type LocalTombstone, type Rules } from '../protocol/state.js';
import { reconcile } from '../reconcile/reconcile.js';
import { type QuarantineMark } from './quarantine-record.js';

/** An entry whose unique value may be free: the document that held it has gone on. */
export interface FreedValue {
  readonly mark: QuarantineMark;
  /** How far the holder has gone on. */
  readonly version: Stamp;
  /** What Local had of the entry's own document. */
  readonly document: LocalMarks | null;
  readonly tombstone: LocalTombstone | null;
}

type Attempt = FreedValue & HolderSearch;

/**
 * Tries states again that wait for a unique value, where nobody holds it any more. Each change of a holder is looked at
 * once; that it was is noted after what follows from it, so that nothing is forgotten wherever a process dies. Returns
 * keys that are to be looked at until they are settled.
 */
export function* retryFreed(
  context: EngineContext,
  freed: readonly FreedValue[],
): Step<readonly DocumentKey[]> {
  const open: DocumentKey[] = [];
  const held: FreedValue[] = [];
  for (const each of freed) {
    const { id, key, waits } = each.mark;
    // Not noted: it is asked again with each sweep, as what has become of the document may go as well.
    if (waits === 'aside' && !mayComeBack(each, context.rulesFor(key))) continue;
    // One after the other: states may be large.
    const [body = null] = yield* ask({ side: 'local', op: 'readQuarantined', entries: [id] });
    const attempt = body && { ...each, key, body, except: waitingWith(each, freed) };
    if (!attempt || !mayTry(context, attempt)) continue;
    const holder = yield* findHolder(attempt);
    if (holder) yield* noteHolder(attempt, holder);
    else if (isHeld(each)) held.push(each);
    else open.push(...(yield* retry(context, attempt)));
  }
  yield* pushAgain(held);
  return open;
}

/** Those that waited for the same document are tried together: they may give each other what they want. */
function waitingWith({ mark }: FreedValue, freed: readonly FreedValue[]): readonly DocumentKey[] {
  const others = freed.filter(({ mark: other }) => other !== mark && other.wait.holder === mark.wait.holder);
  return others.flatMap(({ mark: other }) => (other.direction === mark.direction ? [other.key] : []));
}

/** What Local holds stays as it is while pull is off. */
function mayTry(context: EngineContext, { mark: { direction, waits }, key }: Attempt): boolean {
  const isWrittenLocally = direction === 'atlas-to-local' || waits === 'aside';
  return !isWrittenLocally || context.rulesFor(key).oneWay !== true;
}

/** Who holds it where the state is to go; both sides, for one that left Local. */
function* findHolder({ mark: { direction, waits }, key, body, except }: Attempt): Step<Holder | null> {
  const entries = [{ key, body, ...(waits === 'in-place' && except && { except }) }];
  if (direction === 'atlas-to-local' || waits === 'aside') {
    const [holder] = yield* ask({ side: 'local', op: 'findHolders', entries });
    if (holder || direction === 'atlas-to-local') return holder ?? null;
  }
  const [holder] = yield* ask({ side: 'atlas', op: 'findHolders', entries });
  return holder ?? null;
}

/** Still that document, or another one by now. */
function* noteHolder({ mark, version }: FreedValue, { key, stamp }: Holder): Step<void> {
  const seen = key === mark.wait.holder ? latest(stamp, version) : stamp;
  yield* note(mark, { holder: key, seen });
}

/** What was refused once more meanwhile, for another document, waits for that one. */
function* note(
  { id, stamp, wait: { holder } }: QuarantineMark,
  set: Partial<QuarantineMark['wait']>,
): Step<void> {
  yield* ask({ side: 'local', op: 'noteWait', entries: [{ id, stamp, holder, set }] });
}

function* retry(context: EngineContext, attempt: Attempt): Step<readonly DocumentKey[]> {
  const { mark, version, key } = attempt;
  if (mark.waits === 'aside') {
    yield* putBack(context, attempt);
    return [];
  }
  const { waiting, unsettled, refused } = yield* reconcile(context, [key]);
  // What is refused once more has a note of its own.
  if (waiting.length + unsettled.length + refused.length === 0) yield* note(mark, { seen: version });
  return [...waiting, ...unsettled];
}

/** A refused write that is where it was. */
function isHeld({ mark: { direction, waits } }: FreedValue): boolean {
  return direction === 'local-to-atlas' && waits !== 'aside';
}

/** Back into the index of what is to be pushed, all at once: what exchanges its values is to be found there together. */
function* pushAgain(held: readonly FreedValue[]): Step<void> {
  const found = held.flatMap(({ mark, version, document }) => {
    if (document?.dirty !== mark.stamp) return [];
    const expected = { stamp: document.stamp, dirty: mark.stamp, held: true };
    return [{ mark, version, entry: { key: mark.key, expected, set: { held: false } } }];
  });
  if (found.length === 0) return;
  const entries = found.map(({ entry }) => entry);
  const done = yield* ask({ side: 'local', op: 'amend', entries });
  for (const [i, { mark, version }] of found.entries())
    if (done[i] === true) yield* note(mark, { seen: version });
}

/**
 * What left Local is a local write again, as old as it was and on the version that it was made on; not where something
 * else has become of its document since: that is for somebody to decide. It gets an id of its own, noted before, so that
 * the entry is known to be over, and another one may be made should it have to make way again.
 */
function* putBack(context: EngineContext, attempt: Attempt): Step<void> {
  const { mark, version, key, body } = attempt;
  const again = mark.wait.again ?? withTime(context.newId(), stampTimeMs(mark.stamp));
  if (mark.wait.again === null) yield* note(mark, { again });
  const expected = mark.base ? { stamp: mark.base, dirty: null, held: false } : null;
  const [result] = yield* ask({
    side: 'local',
    op: 'rewrite',
    entries: [{ key, expected, dirty: again, body }],
  });
  if (result === true) {
    yield* ask({ side: 'local', op: 'release', entries: [{ id: mark.id, stamp: mark.stamp }] });
  } else if (isRefusal(result)) {
    const holder = yield* findHolder(attempt);
    if (holder) yield* noteHolder(attempt, holder);
    else yield* note(mark, { seen: version });
  }
}

/**
 * Whether nothing has become of its document since. Of a deletion that its id tells: one made since is above the write, as ids
 * go on above those that have left Local, over restarts too. Two processes side by side, one of which was put back by hours
 * meanwhile, may have it otherwise.
 */
function mayComeBack({ mark, document, tombstone }: FreedValue, { horizonMs }: Rules): boolean {
  if (mark.base === undefined) return false;
  if (mark.base !== null) return document?.stamp === mark.base && document.dirty === null;
  if (document || tombstone?.pending) return false;
  // The tombstone of a deletion from before the horizon may be gone: then it is for somebody to decide.
  if (stampTimeMs(mark.stamp) < horizonMs) return false;
  return !isLater(tombstone?.stamp ?? null, mark.stamp);
}

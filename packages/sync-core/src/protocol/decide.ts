import { sameBody } from './body.js';
import { type Answer } from './answer.js';
import { changesNothing } from './changes-nothing.js';
import { isLater, latest, sameWrite, type Stamp, stampFor, stampTimeMs } from './stamp.js';
import {
  type AtlasDocument,
  type LocalDocument,
  type LocalTombstone,
  type Rules,
  type View,
} from './state.js';

const NOTHING: Answer = { do: 'nothing' };

/** A view whose Atlas state, if any, has a version. */
type SealedView = View & { readonly atlas: SealedAtlas | null };
type SealedAtlas = AtlasDocument & { readonly stamp: Stamp };

/**
 * The protocol: what to do about one key, given what both sides hold for it. Nothing else decides.
 *
 * Atlas holds one linear history per key; a version is stored only by a write that names the version it builds on.
 * Conflicts are settled on Local, which then builds on what Atlas has. Total over all views, and acting on its answers
 * ends in `nothing`.
 *
 * @public
 */
export function decide(view: View, rules: Rules): Answer {
  const answer = decideBothWays(view, rules);
  return rules.oneWay && !rules.insertOnly ? withoutPull(answer, view) : answer;
}

function decideBothWays(view: View, rules: Rules): Answer {
  if (!isSealed(view)) return seal(view, false);
  if (view.atlas?.edited === 'yes') return seal(view, false);
  return (
    finishDeadState(view) ??
    sealContested(view) ??
    settleUncapturedWrite(view) ??
    correctFutureIds(view, rules) ??
    sealWhatWasPutBack(view) ??
    (view.local ? decideDocument(view, view.local, rules) : decideAbsent(view))
  );
}

/**
 * One way: what beat a local write is kept, and built on unchanged; what is clean stays as it is, and so does the output
 * of business logic, which is nobody's write: it must not win over what somebody wrote since.
 */
function withoutPull(answer: Answer, view: View): Answer {
  const { local, localTombstone, atlas } = view;
  const isPulled = answer.do === 'takeAtlas' || answer.do === 'takeDelete';
  if ((isPulled || answer.do === 'recordForeignDelete') && changesNothing(view)) return { do: 'clear' };
  const isWritten = local !== null && local.dirty !== null && !local.derived;
  if (answer.do === 'recordForeignDelete' && !isWritten) return NOTHING;
  if (!isPulled && answer.do !== 'merge') return answer;
  if (!local && localTombstone?.pending && atlas?.stamp) {
    return { do: 'rebaseDelete', onto: atlas.stamp, keepLoser: true };
  }
  const onto = answer.do === 'takeDelete' ? answer.stamp : atlas?.stamp;
  if (!isWritten || local.held || !onto) return NOTHING;
  return { do: 'rebase', onto, keepLoser: answer.do !== 'takeDelete' };
}

function isSealed(view: View): view is SealedView {
  return view.atlas === null || view.atlas.stamp !== null;
}

/**
 * Bytes differ at one version and no digest tells which side was edited: Atlas counts as edited, Local is kept. Fields that
 * the digest of either side does not speak of are a write of their own: nothing that builds on the rest has seen them.
 */
function sealContested(view: SealedView): Answer | null {
  const { local, atlas } = view;
  if (!local || local.deleting || local.stamp !== atlas?.stamp || equal(local, atlas)) return null;
  const isCleanCopy = local.dirty === null && !local.edited;
  if (atlas.covered) return seal(view, isCleanCopy && !sameBody(local.body, atlas.covered));
  if (local.covered && !sameBody(local.covered, atlas.body))
    return seal(view, isCleanCopy && atlas.edited === 'unknown');
  return isCleanCopy && atlas.edited === 'unknown' ? seal(view, true) : null;
}

/** A foreign hand wrote on Atlas without changing the stamp: that state gets a version of its own. */
function seal({ local, localTombstone, atlas, atlasTombstone }: View, keepLocal: boolean): Answer {
  const above = latest(
    atlas?.stamp,
    atlasTombstone?.stamp,
    local?.stamp,
    localTombstone?.stamp,
    localTombstone?.floor,
  );
  return { do: 'seal', above, keepLocal };
}

/** A live state at or below a tombstone is dead: whoever sees it finishes the deletion. */
function finishDeadState({ atlas, atlasTombstone }: SealedView): Answer | null {
  if (!atlas || !atlasTombstone || isLater(atlas.stamp, atlasTombstone.stamp)) return null;
  const { base, last = null } = atlasTombstone;
  const wasSeen = base === atlas.stamp || sameWrite(atlas.stamp, last);
  return { do: 'finishDelete', keepCopy: !wasSeen };
}

/** Waits for a delete under way and for whoever holds the document, and gives an id to what was written past capture. */
function settleUncapturedWrite({ local, atlas }: SealedView): Answer | null {
  if (!local) return null;
  if (local.deleting || local.contended) return NOTHING;
  if (local.dirty !== null) return null;
  const same = atlas !== null && equal(local, atlas);
  const uncaptured = local.stamp === null || local.edited || (atlas?.stamp === local.stamp && !same);
  if (!uncaptured) return null;
  return same ? { do: 'adopt', stamp: atlas.stamp } : { do: 'markDirty' };
}

/** A local clock far ahead: put right on Local first, so that a repeated try gives the same version. */
function correctFutureIds({ local, localTombstone }: SealedView, { ceilingMs }: Rules): Answer | null {
  const beyond = (id: Stamp | null | undefined): boolean => id != null && stampTimeMs(id) > ceilingMs;
  const pending = localTombstone?.pending ? localTombstone : null;
  return beyond(local?.dirty) || beyond(pending?.pending) || beyond(pending?.last)
    ? { do: 'correctTime', ceilingMs }
    : null;
}

/** A foreign hand put an older version back. Where only our look was old, the seal misses. */
function sealWhatWasPutBack({ local, localTombstone, atlas }: SealedView): Answer | null {
  const base = local ? local.stamp : localTombstone?.pending ? localTombstone.base : null;
  return atlas && isLater(base, atlas.stamp) ? { do: 'seal', above: base, keepLocal: false } : null;
}

function decideDocument(view: SealedView, local: LocalDocument, rules: Rules): Answer {
  const pending = view.localTombstone;
  if (pending?.pending) return decideDocumentBeingDeleted(local, pending, pending.pending);
  return local.dirty === null ? decideClean(view, local) : decideDirty(view, local, local.dirty, rules);
}

function decideDocumentBeingDeleted(local: LocalDocument, known: LocalTombstone, pending: Stamp): Answer {
  // A deletion that the document has not seen lifts nothing: the floor would carry the document above it.
  const unseen = unseenDeletion(known, { base: local.stamp ?? known.base, id: local.dirty });
  const tombstone = unseen ? { ...known, stamp: null } : known;
  const version = deletionVersion(tombstone, pending);
  if (local.dirty !== null) {
    // Recreated after the deletion, or written while it was under way: the document is the truth.
    const onto = local.stamp ?? tombstone.base ?? tombstone.stamp;
    return onto === local.stamp || onto === null
      ? { do: 'dropPending', floor: version, lost: false }
      : { do: 'rebase', onto, keepLoser: false };
  }
  return tombstone.base === local.stamp || isLater(version, local.stamp)
    ? { do: 'removeLocal', keepCopy: tombstone.base !== local.stamp, thenBase: local.stamp }
    : { do: 'dropPending', floor: version, lost: true };
}

function decideDirty(view: SealedView, local: LocalDocument, dirty: Stamp, rules: Rules): Answer {
  const { localTombstone: known, atlas } = view;
  if (changesNothing(view)) return decideUnchanged(view, local);
  const unseen = unseenDeletion(known, { base: local.stamp, id: dirty });
  const claim = stampFor(dirty, latest(local.stamp, unseen ? null : known?.stamp, known?.floor));
  const stamp = stampFor(dirty, latest(local.stamp, known?.stamp, known?.floor));
  const at: DirtyCase = { view, local, dirty, claim, stamp, rules, unseen };
  return atlas ? decideDirtyAgainst(atlas, at) : decideDirtyAbsentOnAtlas(at);
}

/**
 * Whatever Atlas has instead is taken in one step with the mark: what is clean at an older version, with nobody to look at it
 * again, would stay so.
 */
function decideUnchanged(view: SealedView, local: LocalDocument): Answer {
  const answer = decideClean(view, local);
  return answer.do === 'nothing' ? { do: 'clear' } : answer;
}

interface DirtyCase {
  readonly view: SealedView;
  readonly local: LocalDocument;
  readonly dirty: Stamp;
  /** What that write competes with: its id, above all that it has seen. */
  readonly claim: Stamp;
  /** The version it gets on Atlas: above every deletion of the key that is known here. */
  readonly stamp: Stamp;
  /** A deletion that Local has noted and the write has not seen. */
  readonly unseen: Stamp | null;
  readonly rules: Rules;
}

function decideDirtyAgainst(atlas: SealedAtlas, at: DirtyCase): Answer {
  const { local, dirty, claim } = at;
  if (sameWrite(atlas.stamp, dirty) || equal(local, atlas)) return { do: 'acknowledge', stamp: atlas.stamp };
  if (atlas.stamp === local.stamp) return push(at, false);
  if (at.view.sent.has(atlas.stamp)) return { do: 'rebase', onto: atlas.stamp, keepLoser: false };
  if (local.derived || at.rules.insertOnly) return { do: 'takeAtlas', keepLoser: false, floor: null };
  if (at.rules.merges) return { do: 'merge' };
  return isLater(claim, atlas.stamp)
    ? { do: 'rebase', onto: atlas.stamp, keepLoser: true }
    : { do: 'takeAtlas', keepLoser: true, floor: null };
}

function decideDirtyAbsentOnAtlas(at: DirtyCase): Answer {
  const { local, dirty, claim, rules } = at;
  const { atlasTombstone, sent } = at.view;
  const deletion = latest(atlasTombstone?.stamp, at.unseen);
  if (local.derived) {
    return deletion
      ? { do: 'takeDelete', stamp: deletion, keepLoser: false }
      : { do: 'recordForeignDelete', base: local.stamp, timeMs: null };
  }
  if (!deletion) {
    // New, or gone with nobody to say when: a write from before the horizon counts as deleted too.
    return local.stamp !== null && stampTimeMs(dirty) < rules.horizonMs
      ? { do: 'recordForeignDelete', base: local.stamp, timeMs: rules.horizonMs }
      : push(at, true);
  }
  if (deletion === local.stamp || isLater(local.stamp, deletion)) return push(at, true);
  return sent.has(deletion) || isLater(claim, deletion)
    ? { do: 'rebase', onto: deletion, keepLoser: false }
    : { do: 'takeDelete', stamp: deletion, keepLoser: true };
}

function push({ local, stamp }: DirtyCase, create: boolean): Answer {
  return local.held ? NOTHING : { do: 'push', stamp, create };
}

function decideClean({ atlas, atlasTombstone }: SealedView, local: LocalDocument): Answer {
  if (atlas) {
    return isLater(atlas.stamp, local.stamp) ? { do: 'takeAtlas', keepLoser: false, floor: null } : NOTHING;
  }
  if (atlasTombstone && !isLater(local.stamp, atlasTombstone.stamp))
    return { do: 'takeDelete', stamp: atlasTombstone.stamp, keepLoser: false };
  return { do: 'recordForeignDelete', base: local.stamp, timeMs: null };
}

function decideAbsent(view: SealedView): Answer {
  const { localTombstone, atlas, atlasTombstone } = view;
  if (localTombstone?.pending) return decidePendingDeletion(view, localTombstone, localTombstone.pending);
  if (atlas) {
    return localTombstone?.stamp && !isLater(atlas.stamp, localTombstone.stamp)
      ? { do: 'finishDelete', keepCopy: true }
      : { do: 'takeAtlas', keepLoser: false, floor: null };
  }
  return atlasTombstone && isLater(atlasTombstone.stamp, localTombstone?.stamp ?? null)
    ? { do: 'noteDelete' }
    : NOTHING;
}

function decidePendingDeletion(view: SealedView, tombstone: LocalTombstone, pending: Stamp): Answer {
  const { atlas, atlasTombstone, sent } = view;
  const version = deletionVersion(tombstone, pending);
  if (atlasTombstone && sameWrite(atlasTombstone.stamp, pending)) {
    return { do: 'acknowledgeDelete', stamp: atlasTombstone.stamp }; // even where the key was recreated since
  }
  if (atlas) {
    const found = atlas.stamp;
    if (found === tombstone.base) return { do: 'pushDelete', base: found, stamp: version };
    // The write that it deleted may be there unanswered, and the note of having sent it gone.
    const isOurs = sent.has(found) || sameWrite(found, tombstone.last);
    if (isOurs) return { do: 'rebaseDelete', onto: found, keepLoser: false };
    return isLater(deletionClaim(tombstone, pending), found)
      ? { do: 'rebaseDelete', onto: found, keepLoser: true }
      : { do: 'takeAtlas', keepLoser: false, floor: version };
  }
  return atlasTombstone && isLater(atlasTombstone.stamp, version)
    ? { do: 'acknowledgeDelete', stamp: atlasTombstone.stamp }
    : { do: 'pushTombstone', base: tombstone.base, stamp: version };
}

/** Above its base, an older deletion of the key, and what the last unacknowledged write may have become. */
function deletionVersion({ base, stamp, floor, last }: LocalTombstone, pending: Stamp): Stamp {
  return stampFor(pending, latest(base, stamp, floor, last && stampFor(last, base)));
}

/**
 * The deletion that Local has noted, where the write of that base and id has not seen it: it builds on an older version,
 * or was there, without a base, when the deletion was noted. What was created after that has seen it.
 *
 * @public
 */
export function unseenDeletion(
  tombstone: LocalTombstone | null,
  { base, id }: { readonly base: Stamp | null; readonly id: Stamp | null },
): Stamp | null {
  if (!tombstone?.stamp) return null;
  const wasThere = tombstone.over !== null && tombstone.over === id;
  const seen = base === null ? !wasThere : !isLater(tombstone.stamp, base);
  return seen ? null : tombstone.stamp;
}

/** What a deletion competes with: its version, but for a deletion it has not seen. */
function deletionClaim(tombstone: LocalTombstone, pending: Stamp): Stamp {
  const { base, last } = tombstone;
  const unseen = unseenDeletion(tombstone, { base, id: last });
  return deletionVersion(unseen ? { ...tombstone, stamp: null } : tombstone, pending);
}

function equal(local: LocalDocument, atlas: AtlasDocument): boolean {
  return sameBody(local.body, atlas.body);
}

import { type RefAnswer, type RefStamp, type RefView } from './reference-state.js';

type Stamp = RefStamp | null | undefined;

const eq = (a: Stamp, b: Stamp): boolean => (a && b ? a.t === b.t && a.u === b.u : !a && !b);
const gt = (a: Stamp, b: Stamp): boolean => !!a && (!b || a.t > b.t || (a.t === b.t && a.u > b.u));
const max = (...stamps: Stamp[]): RefStamp | null =>
  stamps.reduce<RefStamp | null>((best, stamp) => (stamp && gt(stamp, best) ? stamp : best), null);
const sameWrite = (a: Stamp, b: Stamp): boolean => !!a && !!b && a.u === b.u;
const stampFor = (write: RefStamp, floor: Stamp): RefStamp =>
  !floor || gt(write, floor) ? write : { t: floor.t + 1, u: write.u };

/**
 * The protocol told once more, straight down and in other terms, as a test oracle for `decide`. It leaves out what the
 * product adds: clearing writes that changed nothing, records that are only inserted, and Atlas states without a digest.
 */
export function referenceDecide(view: RefView): RefAnswer {
  const { L, LT, A, AT } = view;
  if (A && (!A.stamp || A.edited)) {
    return { do: 'seal', above: max(A.stamp, AT?.stamp, L?.stamp, LT?.stamp, LT?.floor) };
  }
  if (A && AT && !gt(A.stamp, AT.stamp)) {
    return { do: 'finishDelete', keepCopy: !eq(AT.base, A.stamp) && !sameWrite(A.stamp, AT.last) };
  }
  if (L?.deleting) return { do: 'nothing' };
  if (L && !L.dirty && (!L.stamp || L.edited || (A && eq(A.stamp, L.stamp) && !view.equal))) {
    return A && view.equal ? { do: 'adopt', stamp: A.stamp } : { do: 'markDirty' };
  }
  const late = (stamp: Stamp): boolean => !!stamp && stamp.t > view.ceiling;
  if (late(L?.dirty) || (LT?.pending && (late(LT.pending) || late(LT.last)))) {
    return { do: 'correctTime', ceilingMs: view.ceiling };
  }
  const base = L ? L.stamp : LT?.pending ? LT.base : null;
  if (A && gt(base, A.stamp)) return { do: 'seal', above: base };

  if (L && LT?.pending) return withPendingDelete(view, L);
  if (L?.dirty) return ofDirty(view, L, L.dirty);
  if (L) {
    if (A) return gt(A.stamp, L.stamp) ? { do: 'takeAtlas' } : { do: 'nothing' };
    if (AT && !gt(L.stamp, AT.stamp)) return { do: 'takeDelete', stamp: AT.stamp };
    return { do: 'recordForeignDelete', base: L.stamp };
  }
  if (LT?.pending) return ofPendingDelete(view, LT, LT.pending);
  if (A) {
    const dead = LT?.stamp && !gt(A.stamp, LT.stamp);
    return dead ? { do: 'finishDelete', keepCopy: true } : { do: 'takeAtlas' };
  }
  return AT && gt(AT.stamp, LT?.stamp) ? { do: 'noteDelete' } : { do: 'nothing' };
}

function withPendingDelete({ LT }: RefView, L: NonNullable<RefView['L']>): RefAnswer {
  const onBase = L.stamp ?? LT?.base;
  const hasSeen = onBase ? !gt(LT?.stamp, onBase) : !(LT?.over && eq(LT.over, L.dirty));
  const seenLT = LT && !hasSeen ? { ...LT, stamp: null } : LT;
  const floor = deletionVersion(seenLT);
  if (L.dirty) {
    const onto = L.stamp ?? LT?.base ?? seenLT?.stamp ?? null;
    return eq(onto, L.stamp) ? { do: 'dropPending', floor } : { do: 'rebase', onto };
  }
  return eq(LT?.base, L.stamp) || gt(floor, L.stamp)
    ? { do: 'removeLocal', keepCopy: !eq(LT?.base, L.stamp), thenBase: L.stamp }
    : { do: 'dropPending', floor, lost: true };
}

function ofDirty(view: RefView, L: NonNullable<RefView['L']>, dirty: RefStamp): RefAnswer {
  const { LT, A, AT } = view;
  const stamp = stampFor(dirty, max(L.stamp, LT?.stamp, LT?.floor));
  const hasSeen = L.stamp ? !gt(LT?.stamp, L.stamp) : !(LT?.over && eq(LT.over, dirty));
  const claim = hasSeen ? stamp : stampFor(dirty, max(L.stamp, LT?.floor));
  const gone = max(AT?.stamp, hasSeen ? null : LT?.stamp);
  const push = (create: boolean): RefAnswer => (L.held ? { do: 'nothing' } : { do: 'push', stamp, create });
  if (A) {
    if (sameWrite(A.stamp, dirty) || view.equal) return { do: 'acknowledge', stamp: A.stamp };
    if (eq(A.stamp, L.stamp)) return push(false);
    if (wasSent(view, A.stamp)) return { do: 'rebase', onto: A.stamp };
    if (L.derived) return { do: 'takeAtlas' };
    return gt(claim, A.stamp)
      ? { do: 'rebase', onto: A.stamp, keepLoser: true }
      : { do: 'takeAtlas', keepLoser: true };
  }
  if (L.derived)
    return gone ? { do: 'takeDelete', stamp: gone } : { do: 'recordForeignDelete', base: L.stamp };
  if (!gone) {
    const beforeHorizon = L.stamp && dirty.t < view.horizon;
    return beforeHorizon ? { do: 'recordForeignDelete', base: L.stamp, timeMs: view.horizon } : push(true);
  }
  if (eq(gone, L.stamp) || gt(L.stamp, gone)) return push(true);
  return wasSent(view, gone) || gt(claim, gone)
    ? { do: 'rebase', onto: gone }
    : { do: 'takeDelete', stamp: gone, keepLoser: true };
}

function ofPendingDelete(view: RefView, LT: NonNullable<RefView['LT']>, pending: RefStamp): RefAnswer {
  const { A, AT } = view;
  const stamp = deletionVersion(LT);
  if (AT && sameWrite(AT.stamp, pending)) return { do: 'acknowledgeDelete', stamp: AT.stamp };
  if (A) {
    if (eq(A.stamp, LT.base)) return { do: 'pushDelete', base: A.stamp, stamp };
    if (wasSent(view, A.stamp) || sameWrite(A.stamp, LT.last)) return { do: 'rebaseDelete', onto: A.stamp };
    const hasSeen = LT.base ? !gt(LT.stamp, LT.base) : !(LT.over && eq(LT.over, LT.last));
    const claim = hasSeen ? stamp : deletionVersion({ ...LT, stamp: null });
    return gt(claim, A.stamp)
      ? { do: 'rebaseDelete', onto: A.stamp, keepLoser: true }
      : { do: 'takeAtlas', floor: stamp };
  }
  return AT && gt(AT.stamp, stamp)
    ? { do: 'acknowledgeDelete', stamp: AT.stamp }
    : { do: 'pushTombstone', base: LT.base, stamp };
}

function wasSent({ sent }: RefView, stamp: Stamp): boolean {
  return sent.some((each) => eq(each, stamp));
}

/** Above its base, an older deletion of the key, and what the last unacknowledged write may have become. */
function deletionVersion(LT: RefView['LT']): RefStamp | null {
  if (!LT?.pending) return null;
  const last = LT.last && stampFor(LT.last, LT.base);
  return stampFor(LT.pending, max(LT.base, LT.stamp, LT.floor, last));
}

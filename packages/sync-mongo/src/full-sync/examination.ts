import {
  type Candidate,
  canonicalIdOf,
  type Confirmed,
  confirmPage,
  countGone,
  type DifferenceSample,
  type DiffRules,
  type DocumentKey,
  type EngineContext,
  nameRefused,
  reconcile,
  repairConfirmed,
  setAside,
  SyncError,
} from '@bomba/sync-core';
import { type EngineParts } from '../engine/engine-parts.js';
import { type CollectionEnd, type CollectionRun, oneWay, PAGE_SIZE } from './compare-collection.js';
import { fieldDifferences } from './field-differences.js';
import { type FullSyncScope } from './full-sync-service.js';
import { isCounted } from './run-progress.js';

/** What is on its way arrives within some rounds of the engine. */
const ROUNDS_BEFORE_LOOK = 2;
/** What is another difference at each of so many looks counts as in flight. */
const MAX_LOOKS = 5;
const REPAIR_LOOK_MS = 250;
/** How many keys are looked at before somebody can cancel. */
const SLICE = 5_000;
/**
 * How long a run waits for pull to pass what is on Atlas; and how long it looks at what will not settle, beside the time in
 * which a tombstone may come.
 */
const PATIENCE_MS = 30_000;

/** What is examined, and how. */
export interface ExaminationOptions extends CollectionRun {
  /** By which both sides are compared. */
  readonly context: EngineContext;
  readonly rules: DiffRules;
  readonly goneCount: number;
}

/** What was confirmed, but for what waits for the end of the collection. */
interface Divided {
  readonly present: readonly Confirmed[];
  /** Gone from Atlas, and too many to wait. */
  readonly beyond: readonly DocumentKey[];
  readonly differing: readonly DocumentKey[];
}

/** The further looks at what differed at the first, and the repair. */
export class Examination {
  readonly #parts: EngineParts;
  readonly #scope: FullSyncScope;
  readonly #at: ExaminationOptions;
  /** By which a repair goes: it may be of one direction only, while both are compared. */
  readonly #repairing: EngineContext;
  #goneCount: number;
  /** Set aside, and no difference that is counted. */
  readonly #asideUncounted = new Set<DocumentKey>();
  /** Pull is so far behind Atlas that what it has yet to bring cannot be told from what differs. */
  #isBehind = false;

  constructor(parts: EngineParts, scope: FullSyncScope, at: ExaminationOptions) {
    this.#parts = parts;
    this.#scope = scope;
    this.#at = at;
    this.#repairing = oneWay(scope.lane.context, at.wish.direction);
    this.#goneCount = at.goneCount;
  }

  /** Deletions without a tombstone so far. */
  get goneCount(): number {
    return this.#goneCount;
  }

  async confirm(candidates: readonly Candidate[]): Promise<CollectionEnd> {
    const { lane } = this.#scope;
    const { progress } = this.#at;
    const open: DocumentKey[] = [];
    const counted: DocumentKey[] = [];
    let round = candidates;
    if (!(await this.#waitForPull())) return 'cancelled';
    for (let look = 1; round.length > 0 && look <= MAX_LOOKS; look++) {
      await this.#sleep(this.#parts.options.queue.scanIntervalMs * ROUNDS_BEFORE_LOOK);
      const again: Candidate[] = [];
      for (let rest = round; rest.length > 0;) {
        const page = rest.slice(0, PAGE_SIZE);
        const { confirmed: found, moving, later } = await lane.run(confirmPage(this.#at.context, page));
        const confirmed = (await lane.run(nameRefused(found))).map((each) => this.#named(each));
        rest = [...later, ...rest.slice(PAGE_SIZE)];
        if (look < MAX_LOOKS) again.push(...moving);
        else for (const { last } of moving) if (last) this.#note({ ...last, kind: 'in-flight' });
        for (const each of confirmed) this.#note(each);
        if (this.#isFuseBlown(confirmed)) return this.#stopped(open, counted);
        const { present, beyond, differing } = this.#divide(confirmed);
        counted.push(...differing);
        open.push(...beyond, ...(await this.#repair(present)));
        if (!(await progress.checkpoint())) return this.#cancelled(open);
      }
      round = again;
    }
    return this.#at.wish.dryRun ? 'complete' : this.#settle(open, counted);
  }

  /** The fuse has held to the end of the collection: what is gone from Atlas is taken over. */
  async takeOverGone(): Promise<CollectionEnd> {
    const gone = this.#at.progress.takeAside();
    const counted = gone.filter((key) => !this.#asideUncounted.has(key));
    return gone.length === 0 ? 'complete' : this.#settle(gone, counted);
  }

  /** What is gone from Atlas waits for the end of the collection; of the rest, what is a difference. */
  #divide(confirmed: readonly Confirmed[]): Divided {
    const { aside, rest: present } = setAside(this.#repairing, this.#at.rules, confirmed);
    const beyond = this.#at.progress.setAside(aside);
    const waits = new Set(aside.slice(0, aside.length - beyond.length));
    const differing: DocumentKey[] = [];
    for (const { key, kind } of confirmed) {
      if (!waits.has(key) && isCounted(kind)) differing.push(key);
      if (waits.has(key) && !isCounted(kind)) this.#asideUncounted.add(key);
    }
    return { present, beyond, differing };
  }

  /** Has pull bring what was on Atlas at the first look, as far as that takes no longer than patience lasts; false: cancelled. */
  async #waitForPull(): Promise<boolean> {
    const { clock } = this.#parts.options;
    const untilMs = clock.monotonic() + PATIENCE_MS;
    const passed = await this.#scope.mark?.();
    while (passed?.isOpen === false && clock.monotonic() < untilMs) {
      await this.#sleep(REPAIR_LOOK_MS);
      if (!(await this.#at.progress.checkpoint())) return false;
    }
    this.#isBehind = passed?.isOpen === false;
    return true;
  }

  #repair(confirmed: readonly Confirmed[]): Promise<readonly DocumentKey[]> {
    if (this.#at.wish.dryRun) return Promise.resolve([]);
    const isPullOnly = this.#at.wish.direction === 'atlas-to-local';
    const wanted = isPullOnly ? confirmed.filter((found) => !isOnlyPush(found)) : confirmed;
    return this.#scope.lane.run(repairConfirmed(this.#repairing, wanted, this.#at.rules));
  }

  #isFuseBlown(confirmed: readonly Confirmed[]): boolean {
    const { rules } = this.#at;
    if (rules.choice?.prefer !== 'local') this.#goneCount += countGone(this.#repairing, confirmed);
    return this.#goneCount > rules.maxUnexplainedDeletes;
  }

  #named(found: Confirmed): Confirmed {
    if (!this.#isBehind || !mayBePulled(found)) return found;
    this.#at.progress.leaveUnsure();
    return { ...found, kind: 'in-flight' };
  }

  #note(found: Confirmed): void {
    const { progress, collection } = this.#at;
    progress.found(collection, found.kind, () => sampleOf(found));
    if (found.kind === 'held') progress.leaveHeld(found.key);
  }

  #cancelled(open: readonly DocumentKey[]): CollectionEnd {
    this.#scope.hold(open);
    return 'cancelled';
  }

  /** What was repaired before the fuse blew stays so. */
  async #stopped(open: readonly DocumentKey[], counted: readonly DocumentKey[]): Promise<CollectionEnd> {
    this.#at.progress.takeAside();
    this.#scope.hold(open);
    await this.#countRepaired(counted);
    return 'too-many-unexplained-deletes';
  }

  /** Looks at what is open until it is settled; what will not be is held. Then counts what does not differ any more. */
  async #settle(open: readonly DocumentKey[], counted: readonly DocumentKey[]): Promise<CollectionEnd> {
    const { clock, tombstones } = this.#parts.options;
    const { lane, hold } = this.#scope;
    const { progress } = this.#at;
    const patienceMs = tombstones.foreignDeleteGraceMs + PATIENCE_MS;
    let untilMs = clock.monotonic() + patienceMs;
    let rest = open;
    while (rest.length > 0 && clock.monotonic() < untilMs) {
      await this.#sleep(REPAIR_LOOK_MS);
      const left: DocumentKey[] = [];
      for (let from = 0; from < rest.length; from += SLICE) {
        const slice = rest.slice(from, from + SLICE);
        const { waiting, unsettled } = await lane.run(reconcile(this.#repairing, slice));
        left.push(...waiting, ...unsettled);
        if (!(await progress.checkpoint())) return this.#cancelled([...left, ...rest.slice(from + SLICE)]);
      }
      // Of many the first look at each alone may take as long as that.
      if (rest === open || left.length < rest.length) untilMs = clock.monotonic() + patienceMs;
      rest = left;
    }
    hold(rest);
    await this.#countRepaired(counted);
    this.#assertSpace(rest);
    return 'complete';
  }

  /** Any other refusal is one of a document or a collection, and waits there; a full disk lets no run come to its end. */
  #assertSpace(unsettled: readonly DocumentKey[]): void {
    const { setbacks } = this.#scope.link;
    if (unsettled.some((key) => setbacks.pull.codeFor(key) === 'SYNC_WRITE_NO_SPACE'))
      throw new SyncError('SYNC_WRITE_NO_SPACE', 'Atlas has no disk space left.', {
        context: { side: 'atlas' },
      });
  }

  async #countRepaired(counted: readonly DocumentKey[]): Promise<void> {
    const { progress, collection } = this.#at;
    progress.add(collection, { repairedCount: counted.length - (await this.#stillDifferent(counted)) });
  }

  async #stillDifferent(keys: readonly DocumentKey[]): Promise<number> {
    const { lane } = this.#scope;
    let count = 0;
    for (let rest = keys.map((key): Candidate => ({ key, signature: null })); rest.length > 0;) {
      const page = rest.slice(0, PAGE_SIZE);
      const { moving, later } = await lane.run(confirmPage(this.#at.context, page));
      count += moving.filter(({ last }) => last && isCounted(last.kind)).length;
      rest = [...later, ...rest.slice(PAGE_SIZE)];
    }
    return count;
  }

  async #sleep(durationMs: number): Promise<void> {
    const { signal } = this.#scope.link;
    await this.#parts.options.clock.sleep(durationMs, signal);
    signal.throwIfAborted();
  }
}

/** A write past capture, and nothing newer on Atlas: once it has an id, live sync would push it. */
function isOnlyPush({ view: { local, atlas, atlasTombstone }, answer }: Confirmed): boolean {
  if (answer.do !== 'markDirty') return false;
  return atlas ? atlas.stamp === local?.stamp : atlasTombstone === null;
}

/** Whether what differs may be a change of Atlas that pull has yet to bring. */
function mayBePulled({ kind, newer, view: { local } }: Confirmed): boolean {
  return kind !== 'held' && newer !== 'local' && local?.dirty == null;
}

function sampleOf({ key, kind, newer, editedOn, view }: Confirmed): DifferenceSample {
  const { local, atlas } = view;
  const fields = local && atlas ? fieldDifferences(local.body, atlas.body) : [];
  return { documentId: canonicalIdOf(key), kind, newer, editedOn, fields };
}

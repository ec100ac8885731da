import {
  type Body,
  type ConflictRecord,
  createDocumentKey,
  type DocumentKey,
  isLater,
  type ModelEntry,
  type Operation,
  sameBody,
  sameWrite,
  type Stamp,
} from '@bomba/sync-core';
import { MemoryAtlasSide, type MemoryDocument } from '@bomba/sync-core/memory';
import { Branch } from './branch.js';
import { isOutput, runLogic, writesOf } from './business-logic.js';
import { digestOf, type History, toHistory, union, type WriteId } from './history.js';
import { Ledger } from './ledger.js';
import { type AtlasBackup } from './restore-atlas.js';
import { type Mutant } from './mutant.js';
import { type MutantName, mutantNamed } from './mutants.js';
import { type Scenario, skewOf } from './scenario.js';
import { SeededRandom } from './seeded-random.js';
import { uniqueNumber } from './unique-number.js';
import { Violation } from './violation.js';
import { WatchedMap } from './watched-map.js';

const START_MS = 1_000_000_000;

/** Who is acting, and what it knew when it sent the request: late requests are executed in that name. */
interface Acting {
  readonly branch: Branch;
  readonly ghosts: ReadonlyMap<DocumentKey, History>;
}

const NO_GHOSTS: ReadonlyMap<DocumentKey, History> = new Map();

/** Whether performing it tells what a deletion had deleted. Ghosts are replaced, never changed in place. */
function dependsOnGhosts({ op }: Operation): boolean {
  return op === 'remove' || op === 'writeTombstone' || op === 'keep';
}

/** What a world is made from, beside its scenario. */
export interface WorldOptions {
  readonly seed: number;
  readonly mutant: MutantName | null;
  readonly trace?: (...words: readonly unknown[]) => void;
}

/** One simulated world: Atlas, its branches, and the ledger that watches each change of a document. */
export class World {
  readonly scenario: Scenario;
  readonly random: SeededRandom;
  readonly ledger = new Ledger();
  readonly keys: readonly DocumentKey[];
  readonly branches: readonly Branch[];
  readonly atlas: MemoryAtlasSide;
  readonly atlasDocuments = new WatchedMap<DocumentKey, MemoryDocument>();
  /** What documents deleted on Atlas contained. */
  readonly ghosts = new Map<DocumentKey, Set<WriteId>>();
  /** Who pushed a version. */
  readonly owners = new Map<Stamp, Branch>();
  /** When tombstones arrived on Atlas. */
  readonly buriedAtMs = new Map<DocumentKey, number>();
  /** Requests that the network delivers later. */
  readonly late: (() => void)[] = [];
  readonly trace: (...words: readonly unknown[]) => void;
  readonly mutant: Mutant | null;
  nowMs = START_MS;
  healing = false;
  atlasBackup: AtlasBackup | null = null;
  /** Atlas was restored: once in a history. */
  isRestored = false;
  /** The versions that were deleted when all of Atlas was. */
  readonly wiped = new Set<Stamp>();
  #acting: Acting | null = null;

  constructor(scenario: Scenario, { seed, mutant, trace = () => undefined }: WorldOptions) {
    this.scenario = scenario;
    this.mutant = mutantNamed(mutant);
    this.random = new SeededRandom(seed);
    this.trace = trace;
    this.keys = Array.from({ length: scenario.keyCount }, (_, i) => createDocumentKey('docs', `str:k${i}`));
    const documents = this.atlasDocuments;
    documents.onChange = (key, old, next) => this.#onAtlasChange(key, old, next);
    const now = (): number => this.nowMs;
    const uniqueOf = scenario.unique ? uniqueNumber(scenario.keyCount) : null;
    this.atlas = new MemoryAtlasSide({ now, digestOf, documents, ...(uniqueOf && { uniqueOf }) });
    this.branches = Array.from({ length: scenario.branchCount }, (_, i) => {
      const skewMs = skewOf(scenario, this.random);
      const branch = new Branch(`b${i}`, { now, skewMs, random: this.random, uniqueOf });
      branch.documents.onChange = (key, old, next) => this.#onLocalChange(branch, key, { old, next });
      return branch;
    });
  }

  /** Prepares a request as the branch knows things now; calling it performs it. */
  prepare(branch: Branch, operation: Operation): () => unknown {
    const ghosts = dependsOnGhosts(operation) ? new Map(branch.ghosts) : NO_GHOSTS;
    return () => this.#perform({ branch, ghosts }, operation);
  }

  /** What Atlas' document of the key contains. */
  onAtlas(key: DocumentKey): History {
    return toHistory(this.atlas.documents.get(key)?.body);
  }

  ghostOf(key: DocumentKey): History {
    return this.ghosts.get(key) ?? new Set();
  }

  /** What made way for another document, and waits. */
  aside(key: DocumentKey): History {
    return union(...this.branches.map((branch) => branch.aside(key)));
  }

  #perform(acting: Acting, asked: Operation): unknown {
    const operation = this.mutant?.rewrite?.(asked, { world: this, branch: acting.branch }) ?? asked;
    if ('answer' in operation) return operation.answer;
    this.#acting = acting;
    try {
      if (operation.side === 'local') {
        if (operation.op === 'keep') for (const record of operation.entries) this.#keep(acting, record);
        if (operation.op === 'release') this.#checkRelease(acting.branch, operation.entries);
        return acting.branch.local.perform(operation);
      }
      if (operation.side === 'model') return operation.entries.map((entry) => this.#runLogic(acting, entry));
      if (operation.op === 'push' || operation.op === 'exchange')
        for (const { stamp } of operation.entries) this.owners.set(stamp, acting.branch);
      if (operation.op === 'writeTombstone') this.#bury(acting, operation.entries);
      return this.atlas.perform(operation);
    } finally {
      this.#acting = null;
    }
  }

  #runLogic({ branch }: Acting, entry: ModelEntry): Body {
    return runLogic(entry, this.branches.indexOf(branch) + 1);
  }

  /** A kept deletion keeps what it deleted, which the branch remembers. */
  #keep(
    { branch, ghosts }: Acting,
    { key, loser, reason, body, losingStamp, winningStamp }: ConflictRecord,
  ): void {
    if (losingStamp && this.wiped.has(losingStamp) && reason === 'unexplained-deletion')
      throw new Violation(`${branch.name} took over that ${key} is gone from Atlas`);
    const lost = body ? toHistory(body) : ghosts.get(key);
    this.ledger.keep(key, lost);
    const document = branch.documents.get(key);
    // A foreign hand edited that very write on Atlas before its branch knew that it was there: kept, as nobody can tell.
    const isEditedThere = sameWrite(this.atlas.documents.get(key)?.base ?? null, losingStamp);
    if (loser === 'local' && reason === 'concurrent-update' && body && !isEditedThere)
      this.#checkIsNoOutput(key, toHistory(body));
    const isAsLookedAt = document?.dirty === winningStamp && !branch.local.tombstones.has(key);
    // Another branch, whose version of another life was the later one, took it for put back, and gave it a new version.
    const isSameAsBase = body !== null && document?.digest === digestOf(body);
    if (loser === 'atlas' && reason === 'concurrent-update' && isAsLookedAt && !isSameAsBase)
      this.#checkIsConflict(key, lost ?? new Set(), toHistory(document.body));
  }

  /**
   * What a write builds on did not lose to it. Not judged where the key was deleted before: what is created anew may
   * hold what the deletion had seen. (A foreign hand or a restore may put an old state back, and Local may fall back.)
   */
  #checkIsConflict(key: DocumentKey, lost: History, held: History): void {
    const { foreign, falling, expiring, restoring } = this.scenario;
    if (foreign || falling || expiring || restoring) return;
    if ([...lost].every((write) => held.has(write)))
      throw new Violation(`${key}: a conflict with what Local had seen`);
  }

  /** A state that waits nowhere else leaves the quarantine only for a document that holds it, a deletion, or a record. */
  #checkRelease(branch: Branch, entries: readonly { readonly id: string; readonly stamp: Stamp }[]): void {
    for (const { id, stamp } of entries) {
      const entry = branch.local.quarantine.get(id);
      if (entry?.waits !== 'aside' || entry.stamp !== stamp) continue;
      const { key, body } = entry;
      const here = [toHistory(branch.documents.get(key)?.body), branch.ghosts.get(key)];
      this.ledger.checkOverwrite(key, toHistory(body), [...here, this.onAtlas(key), this.ghosts.get(key)]);
    }
  }

  /**
   * What only logic made gives way to what logic made elsewhere, without a conflict. (What falls back may meet a later
   * state of its own, which it does not know.)
   */
  #checkIsNoOutput(key: DocumentKey, lost: History): void {
    const { deriving, falling } = this.scenario;
    if (!deriving || falling || ![...lost].some(isOutput)) return;
    const standing = this.onAtlas(key);
    if ([...writesOf(lost)].every((write) => standing.has(write)))
      throw new Violation(`${key}: a conflict about what only logic made`);
  }

  #bury({ ghosts }: Acting, entries: readonly { readonly key: DocumentKey; readonly stamp: Stamp }[]): void {
    for (const { key, stamp } of entries) {
      const known = this.atlas.tombstones.get(key);
      if (known && known.stamp >= stamp) continue;
      this.buriedAtMs.set(key, this.nowMs);
      const document = this.atlas.documents.get(key);
      const survives = document !== undefined && isLater(document.stamp, stamp);
      if (!survives) this.ghosts.set(key, union(this.ghosts.get(key), ghosts.get(key)));
    }
  }

  #onAtlasChange(key: DocumentKey, old: MemoryDocument | undefined, next: MemoryDocument | undefined): void {
    const had = toHistory(old?.body);
    if (old && next && this.#acting && isLater(old.stamp, next.stamp))
      throw new Violation(`${key} goes back on Atlas, from ${old.stamp} to ${next.stamp}`);
    if (next) {
      if (old) this.ledger.checkOverwrite(key, had, [toHistory(next.body), this.aside(key)]);
      else if (isLater(next.stamp, this.atlas.tombstones.get(key)?.stamp ?? null))
        this.ledger.keep(key, this.ghosts.get(key));
      return;
    }
    const tombstone = this.atlas.tombstones.get(key);
    const isDead = tombstone !== undefined && !isLater(old?.stamp ?? null, tombstone.stamp);
    const deletes = this.#acting?.ghosts.get(key);
    if (isDead || !this.#acting) this.ghosts.set(key, union(had, this.ghosts.get(key)));
    else {
      // A state may be found dead under a tombstone that expires before it is removed: then it is as dead as it was.
      const underExpired = this.scenario.expiring ? this.ghosts.get(key) : undefined;
      this.ledger.checkOverwrite(key, had, [deletes, underExpired, this.aside(key)]);
      this.ghosts.set(key, union(deletes, underExpired));
    }
  }

  #onLocalChange(
    branch: Branch,
    key: DocumentKey,
    { old, next }: { readonly old: MemoryDocument | undefined; readonly next: MemoryDocument | undefined },
  ): void {
    const had = toHistory(old?.body);
    if (branch.isPullPaused && this.#acting) this.#checkIsKept(branch, key, { old, next });
    if (next) {
      if (old)
        this.ledger.checkOverwrite(key, had, [toHistory(next.body), this.onAtlas(key), this.aside(key)]);
      else this.ledger.keep(key, branch.ghosts.get(key)); // whether it may come back is for the end to show
      return;
    }
    if (old?.deleting) {
      const write = this.ledger.record(key, { atMs: this.nowMs, deleted: had });
      branch.ghosts.set(key, union(had, [write]));
      return;
    }
    // The engine removes: what a write here held that is not on Atlas must have been seen there, deleted here, or kept.
    if (old?.dirty) {
      const places = [this.onAtlas(key), this.ghosts.get(key), branch.ghosts.get(key), this.aside(key)];
      this.ledger.checkOverwrite(key, had, places);
    }
    // What makes way for a unique value was not deleted: nobody who creates it anew has seen it.
    const tombstone = branch.local.tombstones.get(key);
    if (this.scenario.unique && !tombstone?.stamp && !tombstone?.pending) return;
    branch.ghosts.set(key, union(had, this.ghosts.get(key), branch.ghosts.get(key)));
  }

  /** While pull is off the engine changes and removes nothing of Local, but finishes what the application deletes. */
  #checkIsKept(
    branch: Branch,
    key: DocumentKey,
    { old, next }: { readonly old: MemoryDocument | undefined; readonly next: MemoryDocument | undefined },
  ): void {
    const isDeletion = old?.deleting === true || branch.local.tombstones.get(key)?.pending != null;
    if (next ? old && sameBody(old.body, next.body) : isDeletion) return;
    throw new Violation(`${branch.name} was changed at ${key} while its pull was off`);
  }
}

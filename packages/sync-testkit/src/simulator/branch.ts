import { type DiffPlace, type DocumentKey } from '@bomba/sync-core';
import { type MemoryDocument, MemoryLocalSide, type UniqueOf } from '@bomba/sync-core/memory';
import { BranchClock, type BranchClockOptions } from './branch-clock.js';
import { digestOf, type History, toHistory, union, type WriteId } from './history.js';
import { WatchedMap } from './watched-map.js';

/** What a Local falls back to. */
export interface BranchBackup {
  readonly documents: ReadonlyMap<DocumentKey, MemoryDocument>;
  readonly tombstones: MemoryLocalSide['tombstones'];
  readonly sent: MemoryLocalSide['sent'];
  readonly latestId: MemoryLocalSide['latestId'];
  readonly ghosts: ReadonlyMap<DocumentKey, Set<WriteId>>;
  readonly position: unknown;
}

/** A choice that is being carried out, as Local notes it. */
export interface BegunChoice {
  /** Where the stream was opened before it. */
  readonly from: number;
  readonly next: DiffPlace;
  readonly open: readonly DocumentKey[];
}

/** One simulated branch: its Local, its clock and its link. */
export class Branch {
  readonly name: string;
  readonly local: MemoryLocalSide;
  readonly documents = new WatchedMap<DocumentKey, MemoryDocument>();
  readonly clock: BranchClock;
  /** What deleted documents contained, as this branch knows it. */
  readonly ghosts = new Map<DocumentKey, Set<WriteId>>();
  online = true;
  /** Push opens when pull has come this far. */
  gate = 0;
  backup: BranchBackup | null = null;
  /** Pull is off: the engine must not change what documents hold. */
  isPullPaused = false;
  /** Pull was off, and nothing has been compared since. */
  isStale = false;
  /** It has yet to meet Atlas for the first time. */
  isOutside = false;
  /** It has met Atlas just now, or the stream has lost its history, and nothing has been compared since. */
  mustCompare = false;
  /** Atlas was restored, and the operator's choice is not carried out yet. */
  mustChoose = false;
  /** How far that has come. */
  choosing: BegunChoice | null = null;

  constructor(
    name: string,
    { uniqueOf, ...clock }: BranchClockOptions & { readonly uniqueOf: UniqueOf | null },
  ) {
    this.name = name;
    this.local = new MemoryLocalSide({
      digestOf,
      documents: this.documents,
      ...(uniqueOf && { uniqueOf }),
    });
    this.local.position = 0;
    this.clock = new BranchClock(clock);
  }

  /** A process has died: the next one draws ids above those that wait on Local, and those that have left the indexes. */
  restartClock(): void {
    const { tombstones, latestId } = this.local;
    this.clock.restart([
      ...[...this.documents.values()].map(({ dirty, held }) => (held ? null : dirty)),
      ...[...tombstones.values()].map(({ pending }) => pending),
      latestId,
    ]);
  }

  /** How far the saved position is. */
  get position(): number {
    return this.local.position as number;
  }

  ghostOf(key: DocumentKey): History {
    return this.ghosts.get(key) ?? new Set();
  }

  /** What each document contains. */
  contents(): readonly History[] {
    return [...this.documents.values()].map(({ body }) => toHistory(body));
  }

  /** What waits of a key in quarantine, and nowhere else. */
  aside(key: DocumentKey): History {
    const entries = [...this.local.quarantine.values()];
    return union(
      ...entries
        .filter((entry) => entry.key === key && entry.waits === 'aside')
        .map(({ body }) => toHistory(body)),
    );
  }

  backUp(): void {
    const { tombstones, sent, latestId } = this.local;
    this.backup = {
      documents: new Map(this.documents),
      tombstones: new Map(tombstones),
      sent: new Map(sent),
      latestId,
      ghosts: new Map([...this.ghosts].map(([key, ghost]) => [key, new Set(ghost)])),
      position: this.position,
    };
  }

  /** Loses everything since the backup. */
  fallBack(backup: BranchBackup, { keepSent = false }: { readonly keepSent?: boolean } = {}): void {
    this.documents.replaceAll(backup.documents);
    replace(this.local.tombstones, backup.tombstones);
    if (!keepSent) replace(this.local.sent, backup.sent);
    this.local.latestId = backup.latestId;
    replace(this.ghosts, new Map([...backup.ghosts].map(([key, ghost]) => [key, new Set(ghost)])));
    this.local.position = backup.position;
  }
}

function replace<K, V>(target: Map<K, V>, source: ReadonlyMap<K, V>): void {
  target.clear();
  for (const [key, value] of source) target.set(key, value);
}

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Db, type Document, UUID } from 'mongodb';
import {
  type Content,
  type CrashPoint,
  type Lane,
  type LogEntry,
  type RandomWriter,
  startRandomWriter,
} from '../fixtures/random-writer.js';
import { type Branch, type BranchProcess, type TwoBranches } from '../slice/two-branches.js';
import { Expectation } from './expectation.js';

const COLLECTION = 'items';
const KEYS_PER_LANE = 10;
/** What a document holds besides the version key, which some ways to write drop. */
const CONTENT = { lane: 1, g: 1, v: 1 } as const;

/** How a writer of a branch dies. */
export interface Death {
  /** Whether its process runs an engine, too. */
  readonly engine: boolean;
  readonly point?: CrashPoint;
  /** Without a point: after how many acknowledged writes, and how many ms after that. */
  readonly after?: { readonly writes: number; readonly ms: number };
}

/** A branch whose writers are killed, and healed by another process. */
export class KillableBranch {
  readonly #world: TwoBranches;
  readonly #branch: Branch;
  readonly #lanes: readonly Lane[];
  readonly #uri: string;
  readonly #expected = new Expectation();
  readonly #directory = mkdtempSync(join(tmpdir(), 'bomba-kill-'));
  readonly #writers = new Set<RandomWriter>();
  #healer: BranchProcess | null = null;
  #seed: number;
  #count = 0;
  #isSound = true;

  constructor(
    world: TwoBranches,
    branch: Branch,
    { uri, seed }: { readonly uri: string; readonly seed: number },
  ) {
    this.#world = world;
    this.#branch = branch;
    this.#uri = uri;
    this.#seed = seed;
    this.#lanes = ['0', '1'].map((lane) => ({
      name: `${branch.name}${lane}`,
      keys: Array.from({ length: KEYS_PER_LANE }, (_, n) => `${branch.name}${lane}-${n}`),
    }));
  }

  /** Starts a process with an engine, which finishes what the dead leave behind; one is enough. */
  async open(): Promise<void> {
    if (this.#healer) return;
    this.#healer = await this.#branch.open({
      // A process killed between a removal on Atlas and its tombstone leaves that to the next one: as by default, the grace of
      // an unexplained deletion is longer than a branch is without a process.
      tombstones: { foreignDeleteGraceMs: 30_000, deadMarkAgeMs: 200 },
      lease: { durationMs: 1_000 },
    });
    await this.#healer.sync.start();
  }

  /** Ends that process. */
  async close(): Promise<void> {
    await this.#healer?.end();
    this.#healer = null;
  }

  /** Lets a writer write until it is killed. Answers its log. */
  async kill({ engine, point, after }: Death): Promise<readonly LogEntry[]> {
    this.#count += 1;
    this.#seed += 100;
    const uris = { localUri: this.#uri, atlasUri: engine ? this.#world.databases.atlas.uri : '' };
    const writer = await startRandomWriter(uris, {
      logFile: join(this.#directory, `${this.#count}.log`),
      lanes: point ? this.#lanes.slice(0, 1) : this.#lanes,
      seed: this.#seed,
      point: point ?? null,
      collection: COLLECTION,
    });
    this.#writers.add(writer);
    await (after ? writer.killAfter(after.writes, after.ms) : writer.untilItDies());
    this.#writers.delete(writer);
    const log = writer.log();
    await this.#endTransactions(log);
    this.#expected.read(log);
    return log;
  }

  /** What is wrong once the branch has come to rest. */
  async violations(): Promise<readonly string[]> {
    if (!this.#healer) throw new Error('nobody is there to heal');
    await this.#healer.sync.idle();
    const [local, atlas] = await Promise.all([this.#read(this.#branch.local), this.#read(this.#world.atlas)]);
    const wrong = this.#expected.violations(
      new Map(atlas.map((document) => [String(document._id), contentOf(document)])),
    );
    const differing =
      JSON.stringify(local.map(withoutMetadata)) === JSON.stringify(atlas.map(withoutMetadata))
        ? []
        : ['Local and Atlas differ'];
    const marked = local.flatMap(({ _id, _syncMeta }) =>
      ['dirty', 'held', 'deleting', 'last']
        .filter((mark) => mark in (_syncMeta ?? {}))
        .map((mark) => `${_id}: still ${mark}`),
    );
    const violations = [...wrong, ...differing, ...marked];
    this.#isSound &&= violations.length === 0;
    return violations.map((line) => `${line} (writer ${this.#count}, ${this.#directory})`);
  }

  /** Ends the writers that still live. Their logs stay where anything was wrong. */
  end(): void {
    for (const writer of this.#writers) writer.end();
    if (this.#isSound) rmSync(this.#directory, { recursive: true, force: true });
  }

  /** A server ends the transactions of a client that is gone by itself, after a minute. */
  async #endTransactions(log: readonly LogEntry[]): Promise<void> {
    const hex = log.flatMap(({ transactionOf }) => transactionOf ?? []);
    if (hex.length === 0) return;
    const killSessions = [...new Set(hex)].map((id) => ({ id: new UUID(id).toBinary() }));
    await this.#branch.local.admin().command({ killSessions });
  }

  #read(db: Db): Promise<Document[]> {
    return db
      .collection(COLLECTION)
      .find({ lane: { $in: this.#lanes.map(({ name }) => name) } })
      .sort({ _id: 1 })
      .toArray();
  }
}

function contentOf(document: Document): Content {
  return Object.fromEntries(Object.keys(CONTENT).map((name) => [name, document[name]]));
}

function withoutMetadata({ _syncMeta, ...content }: Document): Document {
  return content;
}

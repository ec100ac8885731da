import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Db, type MongoClient } from 'mongodb';
import { withDatabase } from '../../databases/environment/database-in-uri.js';
import { createFaultProxy } from '../../proxy/create-fault-proxy.js';
import { type FaultProxy } from '../../proxy/fault-proxy.js';
import { pause, waitFor } from '../../wait/wait-for.js';
import { checkHistory } from '../checker/check-history.js';
import { type UnansweredPush, unansweredPushes } from '../checker/unanswered-pushes.js';
import {
  ATLAS,
  type ChaosViolation,
  type FinalState,
  type LoggedWrite,
  type RecordedHistory,
} from '../checker/recorded-history.js';
import { type BranchPlan, type HistoryPlan } from '../plan/history-plan.js';
import { checkRules } from '../rules/check-rules.js';
import { type NoteWrite, type OrderWrite, type RuledHistory } from '../rules/ruled-history.js';
import { prepareRules, readRuledEnd, readRuledWrites, writeForeignRuled } from '../rules/ruled-world.js';
import { ChaosBranch } from './chaos-branch.js';
import { type ForeignDocument, writeForeign } from './foreign-hand.js';
import { readWrites } from './operation-files.js';
import { type ProcessPool } from './process-pool.js';
import { readFinal, readKept } from './read-final.js';
import { throughProxy } from './through-proxy.js';
import { Witness } from './witness.js';

const COLLECTION = 'items';
const EQUAL_MS = 60_000;

/** A server of the world: its URI, and a client that goes straight to it. */
export interface Seat {
  readonly uri: string;
  readonly port: number;
  readonly host: string;
  readonly client: MongoClient;
}

/** Where a history takes place. */
export interface Stage {
  readonly locals: readonly Seat[];
  readonly atlas: Seat;
  readonly pool: ProcessPool;
  /** Its logs go here. */
  readonly directory: string;
  /** Names its databases: no other history has used it. */
  readonly dbName: string;
}

/** How a history went. */
export interface HistoryOutcome {
  readonly violations: readonly ChaosViolation[];
  /** What went wrong besides: a process crashed, or the world did not come to rest. */
  readonly failures: readonly string[];
  readonly writeCount: number;
  readonly keptCount: number;
  readonly killCount: number;
  readonly unanswered: readonly UnansweredPush[];
  /** How many states wait in quarantine, as they have to. */
  readonly heldCount: number;
}

/** Lets a history happen, heals everything, and judges it. */
export async function runHistory(plan: HistoryPlan, stage: Stage): Promise<HistoryOutcome> {
  mkdirSync(stage.directory, { recursive: true });
  writeFileSync(join(stage.directory, 'plan.json'), JSON.stringify(plan, null, 1));
  const run = new HistoryRun(plan, stage);
  const failures: string[] = [];
  try {
    await run.open();
    await run.suffer();
    failures.push(...(await run.rest()));
  } catch (error) {
    failures.push(error instanceof Error ? error.message : String(error));
  }
  const { history, ruled } = await run.record();
  await run.close();
  const violations = [...checkHistory(history), ...(ruled ? checkRules(ruled) : [])];
  save(stage.directory, { history, ruled, violations, failures });
  return {
    violations,
    failures,
    writeCount: history.writes.length,
    keptCount: history.kept.length,
    heldCount: ruled?.ends.reduce((sum, { quarantined }) => sum + quarantined.length, 0) ?? 0,
    killCount: run.killCount,
    unanswered: unansweredPushes(history),
  };
}

class HistoryRun {
  readonly #plan: HistoryPlan;
  readonly #stage: Stage;
  readonly #foreign: LoggedWrite[] = [];
  readonly #foreignRuled: (OrderWrite | NoteWrite)[] = [];
  readonly #atlas: Db;
  #branches: readonly ChaosBranch[] = [];
  #proxies: readonly FaultProxy[] = [];
  #witnesses: readonly Witness[] = [];

  constructor(plan: HistoryPlan, stage: Stage) {
    this.#plan = plan;
    this.#stage = stage;
    this.#atlas = stage.atlas.client.db(stage.dbName);
  }

  get killCount(): number {
    return this.#branches.reduce((sum, { killCount }) => sum + killCount, 0);
  }

  async open(): Promise<void> {
    const { atlas } = this.#stage;
    const proxyOf = (): Promise<FaultProxy> =>
      createFaultProxy({ targetPort: atlas.port, targetHost: atlas.host });
    this.#proxies = await Promise.all(this.#plan.branches.map(proxyOf));
    this.#branches = this.#plan.branches.map((branch, index) => this.#branchOf(branch, index));
    if (this.#plan.ruled) await Promise.all(this.#places().map(({ db }) => prepareRules(db)));
    this.#witnesses = await Promise.all(
      this.#places().map(({ db, place }) => Witness.open(db, { place, collection: COLLECTION })),
    );
    await Promise.all(this.#branches.map((branch) => branch.begin()));
  }

  async suffer(): Promise<void> {
    await Promise.all([
      pause(this.#plan.lengthMs),
      this.#writeForeign(),
      this.#writeForeignRuled(),
      ...this.#branches.map((branch) => branch.suffer()),
    ]);
    const unheard = this.#branches.find(({ name }) => name === this.#plan.unheard);
    await unheard?.missAnswer(() => this.#witnesses.flatMap(({ versions }) => versions));
  }

  /** Heals, and waits until nothing moves any more. Resolves with what processes complained of. */
  async rest(): Promise<readonly string[]> {
    await Promise.all(this.#proxies.map((proxy) => proxy.heal()));
    await Promise.all(this.#branches.map((branch) => branch.halt()));
    await Promise.all(this.#branches.map((branch) => branch.idle()));
    await waitFor(async () => areEqual(await this.#finals()) && (await this.#isRuled()), {
      what: 'all sides to be equal',
      timeoutMs: EQUAL_MS,
      everyMs: 150,
    });
    await Promise.all(this.#branches.map((branch) => branch.idle()));
    const complaints = await Promise.all(this.#branches.map((branch) => branch.leave()));
    return complaints.flat();
  }

  async record(): Promise<{ readonly history: RecordedHistory; readonly ruled: RuledHistory | null }> {
    await Promise.all(this.#branches.map((branch) => branch.abandon()));
    await Promise.all(this.#witnesses.map((witness) => witness.close()));
    const sightings = this.#witnesses.flatMap((witness) => witness.sightings);
    const writes = [...readWrites(this.#stage.directory), ...this.#foreign];
    const ruled = await this.#ruled();
    const finals = await this.#finals();
    const versions = this.#witnesses.flatMap((witness) => witness.versions);
    const silences = this.#branches.flatMap((branch) => branch.silences);
    const kept = await readKept(this.#atlas);
    return { history: { writes, sightings, versions, silences, kept, finals }, ruled };
  }

  async close(): Promise<void> {
    await Promise.all(this.#proxies.map((proxy) => proxy.close()));
    await Promise.all(this.#places().map(({ db }) => db.dropDatabase()));
  }

  #branchOf(plan: BranchPlan, index: number): ChaosBranch {
    const { locals, pool, directory, dbName, atlas } = this.#stage;
    const { keys, hasTransactions } = this.#plan;
    const [local, proxy] = [locals[index], this.#proxies[index]];
    if (!local || !proxy) throw new Error(`there is no server for branch ${plan.name}`);
    const name = `${dbName}_${plan.name}`;
    return new ChaosBranch({
      ...{ plan, proxy, pool, directory, local: local.client.db(name) },
      localUri: withDatabase(local.uri, name),
      atlasUri: throughProxy(withDatabase(atlas.uri, dbName), proxy),
      order: { collection: COLLECTION, keys, hasTransactions, hasRules: this.#plan.ruled !== null },
    });
  }

  #places(): readonly { readonly db: Db; readonly place: string }[] {
    const locals = this.#branches.map(({ local, name }) => ({ db: local, place: name }));
    return [{ db: this.#atlas, place: ATLAS }, ...locals];
  }

  #finals(): Promise<readonly FinalState[]> {
    const reading = { collection: COLLECTION, hasRules: this.#plan.ruled !== null };
    return Promise.all(this.#places().map(({ db, place }) => readFinal(db, place, reading)));
  }

  /** What has rules, as it is now; null where none has. */
  async #ruled(): Promise<RuledHistory | null> {
    if (!this.#plan.ruled) return null;
    const { orders, notes } = readRuledWrites(this.#stage.directory);
    const foreign = this.#foreignRuled;
    return {
      orders: [...orders, ...foreign.filter((write) => 'number' in write)],
      notes: [...notes, ...foreign.filter((write) => !('number' in write))],
      ends: await Promise.all(this.#places().map(({ db, place }) => readRuledEnd(db, place))),
    };
  }

  async #isRuled(): Promise<boolean> {
    const ruled = await this.#ruled();
    return ruled === null || checkRules(ruled).length === 0;
  }

  async #writeForeignRuled(): Promise<void> {
    const startedAt = performance.now();
    for (const [index, write] of (this.#plan.ruled ?? []).entries()) {
      await pause(Math.max(0, startedAt + write.atMs - performance.now()));
      this.#foreignRuled.push(await writeForeignRuled(this.#atlas, write, `foreign-ruled-${index}`));
    }
  }

  async #writeForeign(): Promise<void> {
    const startedAt = performance.now();
    const documents = this.#atlas.collection<ForeignDocument>(COLLECTION);
    for (const [index, write] of this.#plan.foreign.entries()) {
      await pause(Math.max(0, startedAt + write.atMs - performance.now()));
      this.#foreign.push(await writeForeign(documents, write, `foreign-${index}`));
    }
  }
}

function areEqual([first, ...others]: readonly FinalState[]): boolean {
  const text = ({ fingerprints }: FinalState): string => JSON.stringify([...fingerprints].sort());
  return others.every((other) => first && text(other) === text(first));
}

function save(
  directory: string,
  found: {
    history: RecordedHistory;
    ruled: RuledHistory | null;
    violations: readonly ChaosViolation[];
    failures: readonly string[];
  },
): void {
  const text = JSON.stringify(found, (_, value: unknown) => (value instanceof Map ? [...value] : value), 1);
  writeFileSync(join(directory, 'history.json'), text);
}

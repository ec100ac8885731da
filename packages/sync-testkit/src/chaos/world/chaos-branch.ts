import { join } from 'node:path';
import { type Db, UUID } from 'mongodb';
import { type FaultProxy } from '../../proxy/fault-proxy.js';
import { pause } from '../../wait/wait-for.js';
import { type Silence, type VersionSighting } from '../checker/recorded-history.js';
import { type BranchPlan, type ProcessPlan } from '../plan/history-plan.js';
import { missAnswer } from './miss-answer.js';
import { readLog } from './operation-files.js';
import { type ProcessPool } from './process-pool.js';
import { isSilence, strike } from './strike.js';
import { type JoinOrder, type WriterProcess } from './writer-process.js';

/** On a machine that others use, too, a history may take many times its time to come to rest. */
const IDLE_MS = 150_000;

/** What a branch of a history is made of. */
export interface ChaosBranchOptions {
  readonly plan: BranchPlan;
  readonly local: Db;
  readonly localUri: string;
  readonly atlasUri: string;
  readonly proxy: FaultProxy;
  readonly pool: ProcessPool;
  readonly directory: string;
  readonly order: Pick<JoinOrder, 'collection' | 'keys' | 'hasTransactions' | 'hasRules'>;
}

/** A branch of a history: its processes, which come and go, and its wire to Atlas. */
export class ChaosBranch {
  readonly name: string;
  readonly local: Db;
  readonly #options: ChaosBranchOptions;
  readonly #living = new Map<string, { readonly process: WriterProcess; readonly logFile: string }>();
  readonly silences: Silence[] = [];
  #lives = 0;
  killCount = 0;

  constructor(options: ChaosBranchOptions) {
    this.#options = options;
    this.name = options.plan.name;
    this.local = options.local;
  }

  /** Starts all its processes, and lets them write. */
  async begin(): Promise<void> {
    await Promise.all(this.#options.plan.processes.map((process) => this.#join(process)));
  }

  /** Everything that happens to it, by plan; resolves once it is whole again, with all its processes alive. */
  async suffer(): Promise<void> {
    const startedAt = performance.now();
    const until = (atMs: number): Promise<void> => pause(Math.max(0, startedAt + atMs - performance.now()));
    const { plan, proxy } = this.#options;
    const faults = async (): Promise<void> => {
      for (const fault of plan.faults) {
        await until(fault.atMs);
        const fromMs = Date.now();
        await strike(proxy, fault);
        if (isSilence(fault.kind)) this.silences.push({ place: this.name, fromMs, untilMs: Date.now() });
      }
    };
    const kills = async (process: ProcessPlan): Promise<void> => {
      for (const { atMs, downMs } of process.kills) {
        await until(atMs);
        await this.#kill(process);
        await pause(downMs);
        await this.#join(process);
      }
    };
    await Promise.all([faults(), ...plan.processes.map(kills)]);
  }

  /** Has it miss the answer to a push; `versions`: what all servers have shown so far. */
  async missAnswer(versions: () => readonly VersionSighting[]): Promise<void> {
    const { proxy, order } = this.#options;
    const silence = await missAnswer({ name: this.name, collection: order.collection, proxy, versions });
    if (silence) this.silences.push(silence);
  }

  /** No process begins another write; resolves when those begun are over. */
  async halt(): Promise<void> {
    await this.#tellAll('halt');
  }

  async idle(): Promise<void> {
    await this.#tellAll('idle', { timeoutMs: IDLE_MS });
  }

  /** Ends its processes' part in the history, and says what they noticed that should not have been. */
  async leave(): Promise<readonly string[]> {
    const complaints = await this.#tellAll('leave');
    for (const { process } of this.#living.values()) this.#options.pool.giveBack(process);
    this.#living.clear();
    return (complaints as readonly string[][]).flat();
  }

  /** Kills what still lives, where the history has come to grief. */
  async abandon(): Promise<void> {
    await Promise.all([...this.#living.values()].map(({ process }) => process.kill()));
    this.#living.clear();
  }

  async #join({ name, seed, writerCount, pauseMs, skewMs }: ProcessPlan): Promise<void> {
    const { pool, directory, localUri, atlasUri, order } = this.#options;
    const life = (this.#lives += 1);
    const process = await pool.take();
    const logFile = join(directory, `${this.name}.${name}-${life}.log`);
    this.#living.set(name, { process, logFile });
    const own = { name: `${name}.${life}`, seed: seed + life, writerCount, pauseMs, skewMs, logFile };
    await process.tell('join', { ...order, ...own, localUri, atlasUri, directory });
  }

  async #kill({ name }: ProcessPlan): Promise<void> {
    const living = this.#living.get(name);
    if (!living) return;
    await living.process.kill();
    this.killCount += 1;
    this.#living.delete(name);
    await this.#endTransactions(living.logFile);
  }

  /** A server ends the transactions of a client that is gone by itself, after a minute. */
  async #endTransactions(logFile: string): Promise<void> {
    const ids = new Set(readLog(logFile).flatMap(({ transactionOf }) => transactionOf ?? []));
    if (ids.size === 0) return;
    const killSessions = [...ids].map((id) => ({ id: new UUID(id).toBinary() }));
    await this.local.admin().command({ killSessions });
  }

  #tellAll(order: string, argument: object = {}): Promise<unknown[]> {
    return Promise.all([...this.#living.values()].map(({ process }) => process.tell(order, argument)));
  }
}

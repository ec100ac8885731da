import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { waitFor } from '../../wait/wait-for.js';

/** What a writing process is told to be: a process of a branch, with its own engine. */
export interface JoinOrder {
  readonly localUri: string;
  readonly atlasUri: string;
  readonly collection: string;
  readonly keys: readonly string[];
  readonly hasTransactions: boolean;
  /** Whether business rules are switched on. */
  readonly hasRules: boolean;
  /** Begins the tokens of its writes: no other process, and no other life of this one, has it. */
  readonly name: string;
  readonly seed: number;
  readonly writerCount: number;
  readonly pauseMs: number;
  readonly skewMs: number;
  readonly logFile: string;
}

interface Reply {
  readonly to: number;
  readonly value?: unknown;
  readonly error?: string;
}

const READY_MS = 60_000;
/** Longer than any order takes. */
const PATIENCE_MS = 180_000;

/**
 * A process of its own that writes through the product's public surface, and does as it is told over its standard input.
 * Its program is the caller's, for the product is: see the chaos fixtures of sync-mongo.
 */
export class WriterProcess {
  readonly #child: ChildProcess;
  readonly #closed: Promise<unknown>;
  readonly #waiting = new Map<number, (reply: Reply) => void>();
  #complaints = '';
  #count = 0;
  #isReady = false;
  #isKilled = false;

  private constructor(program: string) {
    this.#child = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'pipe'] });
    const { stdin, stdout, stderr } = this.#child;
    stdin?.on('error', () => undefined); // it is dead
    stderr?.on('data', (bytes: Buffer) => (this.#complaints += bytes.toString()));
    if (stdout) createInterface(stdout).on('line', (line) => this.#hear(line));
    this.#closed = once(this.#child, 'close').then(() => {
      for (const answer of this.#waiting.values()) answer({ to: 0, error: this.#obituary() });
    });
  }

  /** Starts the program; resolves once it can be told what to do. */
  static async start(program: string): Promise<WriterProcess> {
    const writer = new WriterProcess(program);
    await waitFor(() => writer.#isReady || writer.hasEnded, {
      what: 'a writing process to be ready',
      timeoutMs: READY_MS,
    });
    if (writer.hasEnded) throw new Error(`${writer.#obituary()} (build first: npx tsc -b)`);
    return writer;
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** It ended, and nobody had killed it. */
  get hasCrashed(): boolean {
    return this.hasEnded && !this.#isKilled;
  }

  /** Tells it to do something, and waits until it has. Throws where it cannot. */
  async tell(order: string, argument: object = {}): Promise<unknown> {
    const id = ++this.#count;
    if (this.hasEnded) throw new Error(this.#obituary());
    const answered = new Promise<Reply>((resolve) => this.#waiting.set(id, resolve));
    this.#child.stdin?.write(`${JSON.stringify({ id, order, argument })}\n`);
    const { value, error } = await withinPatience(answered, order);
    this.#waiting.delete(id);
    if (error !== undefined) throw new Error(`${order}: ${error}`);
    return value;
  }

  /** kill -9; resolves once it is gone. */
  async kill(): Promise<void> {
    this.#isKilled = true;
    this.#child.kill('SIGKILL');
    await this.#closed;
  }

  #hear(line: string): void {
    if (line === 'ready') this.#isReady = true;
    if (!line.startsWith('{')) return;
    const reply = JSON.parse(line) as Reply;
    this.#waiting.get(reply.to)?.(reply);
  }

  #obituary(): string {
    const { exitCode, signalCode } = this.#child;
    return `the writing process ended (${signalCode ?? exitCode ?? 'running'}): ${this.#complaints.slice(-2_000)}`;
  }
}

async function withinPatience(answered: Promise<Reply>, order: string): Promise<Reply> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Reply>((resolve) => {
    timer = setTimeout(() => resolve({ to: 0, error: `no answer to "${order}"` }), PATIENCE_MS);
  });
  try {
    return await Promise.race([answered, late]);
  } finally {
    clearTimeout(timer);
  }
}

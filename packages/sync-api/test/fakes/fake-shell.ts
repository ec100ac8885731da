import { EventEmitter } from 'node:events';
import { runCli } from '../../src/cli/run-cli.js';
import { type Shell } from '../../src/cli/shell.js';
import { type ApiServer, KEY } from './api-server.js';

/** What a command did. */
export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A process in memory: keeps what is printed, answers what it is told to, and does not wait. */
export class FakeShell implements Shell {
  readonly #emitter = new EventEmitter();
  readonly asked: string[] = [];
  args: readonly string[] = [];
  env: Record<string, string | undefined> = {};
  files: Record<string, string> = {};
  canAsk = false;
  answer = '';
  nowMs = 0;
  out = '';
  err = '';
  readonly stdout = { isTTY: false, write: (text: string) => void (this.out += text) };
  readonly stderr = {
    isTTY: false,
    write: (text: string) => {
      this.err += text;
      this.#emitter.emit('told');
    },
  };
  readonly clock = {
    monotonic: () => this.nowMs,
    sleep: async (durationMs: number) => void (this.nowMs += durationMs),
  };

  async readFile(path: string): Promise<string> {
    const text = this.files[path];
    if (text === undefined) throw new Error('ENOENT');
    return text;
  }

  async ask(question: string): Promise<string> {
    this.asked.push(question);
    return this.answer;
  }

  onInterrupt(listener: () => void): () => void {
    this.#emitter.on('interrupt', listener);
    return () => this.#emitter.off('interrupt', listener);
  }

  /** Ctrl-C. */
  interrupt(): void {
    this.#emitter.emit('interrupt');
  }

  get isInterruptible(): boolean {
    return this.#emitter.listenerCount('interrupt') > 0;
  }

  /** Resolves once standard error has that. */
  async told(text: string): Promise<void> {
    while (!this.err.includes(text))
      await new Promise((resolve) => this.#emitter.once('told', () => resolve(undefined)));
  }

  /** Types a command. */
  async run(...args: readonly string[]): Promise<Ran> {
    this.args = args;
    const code = await runCli(this, '1.2.3');
    return { code, stdout: this.out, stderr: this.err };
  }
}

/** A shell whose environment names that server, and has its key. */
export async function shellFor(server: ApiServer): Promise<FakeShell> {
  const shell = new FakeShell();
  shell.env = { BOMBA_SYNC_URL: await server.url(), BOMBA_SYNC_API_KEY: KEY };
  return shell;
}

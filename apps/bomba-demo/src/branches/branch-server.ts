import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { DemoError } from '../demo-error.js';

/** What one branch is run with. */
export interface BranchServerOptions {
  readonly name: string;
  readonly port: number;
  readonly localUri: string;
  readonly atlasUri: string;
  readonly apiKey: string;
  /** The server's main file. */
  readonly serverMain: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

const READY = 'bomba-server ready ';
/** The server stops by itself within 9 s. */
const STOP_WITHIN_MS = 9_500;

/** One branch: a bomba-server as a process of its own. */
export class BranchServer {
  readonly name: string;
  readonly localUri: string;
  readonly #child: ChildProcess;
  readonly #exited: Promise<number | null>;
  #isStopping = false;

  constructor(options: BranchServerOptions) {
    this.name = options.name;
    this.localUri = options.localUri;
    this.#child = spawn(process.execPath, [options.serverMain], {
      env: serverEnvironment(options),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#exited = new Promise((resolve) => {
      this.#child.once('exit', (code) => resolve(code));
      this.#child.once('error', () => resolve(null));
    });
  }

  /** Waits until the server listens; returns its address. Throws a DemoError where it ends before. */
  async ready(): Promise<string> {
    const { stdout } = this.#child;
    if (!stdout) throw new DemoError(`Branch ${this.name} could not be started.`);
    const lines = createInterface({ input: stdout });
    const listening = new Promise<string>((resolve) => {
      lines.on('line', (line) => {
        if (line.startsWith(READY)) resolve((JSON.parse(line.slice(READY.length)) as { url: string }).url);
      });
    });
    const ended = this.#exited.then(() => {
      throw new DemoError(`Branch ${this.name} could not start: see its message above.`);
    });
    return Promise.race([listening, ended]);
  }

  /** Rejects with a DemoError if the server ends without having been told to. */
  async watch(): Promise<never> {
    const code = await this.#exited;
    if (this.#isStopping) return new Promise(() => undefined);
    throw new DemoError(
      `Branch ${this.name} ended by itself (code ${code ?? 'none'}): see its message above.`,
    );
  }

  /** Stops the server; one that does not stop in time is ended. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#child.kill('SIGTERM');
    const kill = setTimeout(() => this.#child.kill('SIGKILL'), STOP_WITHIN_MS);
    await this.#exited;
    clearTimeout(kill);
  }
}

function serverEnvironment(options: BranchServerOptions): Record<string, string> {
  const { PATH, HOME, TMPDIR } = options.environment;
  return {
    ...(PATH !== undefined && { PATH }),
    ...(HOME !== undefined && { HOME }),
    ...(TMPDIR !== undefined && { TMPDIR }),
    NODE_ENV: 'production',
    LOG_LEVEL: options.environment['LOG_LEVEL'] ?? 'warn',
    HOST: '127.0.0.1',
    PORT: String(options.port),
    BOMBA_BRANCH: options.name.toUpperCase(),
    BOMBA_OPEN_API: 'true',
    LOCAL_MONGODB_URI: options.localUri,
    ATLAS_MONGODB_URI: options.atlasUri,
    SYNC_API_KEYS: options.apiKey,
  };
}

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { type Watchdog } from './watchdog.js';

/** What to run, and where. */
export interface ServerCommand {
  readonly command: string;
  readonly args: readonly string[];
  /** Working directory. */
  readonly directory: string;
  /** File that takes standard output and standard error. */
  readonly logFile: string;
  /** Variables added to our own environment. */
  readonly environment: Readonly<Record<string, string>>;
}

/** A running server program. It does not keep our process alive, and dies with it. */
export interface ServerProcess {
  readonly alive: boolean;
  /** Resolves when it has ended, for whatever reason. */
  readonly ended: Promise<void>;
  /** Sends a signal and resolves when the process has ended; by force after `patienceMs`, if given. */
  end(signal: 'SIGTERM' | 'SIGKILL', patienceMs?: number): Promise<void>;
  /** The last lines it printed. */
  lastWords(): Promise<string>;
}

/** Starts a server program in a session of its own, so that Ctrl-C reaches only us and we stop it in good order. */
export async function spawnServer(command: ServerCommand, watchdog: Watchdog): Promise<ServerProcess> {
  const log = openSync(command.logFile, 'a');
  const child = spawn(command.command, command.args, {
    cwd: command.directory,
    detached: true,
    stdio: ['ignore', log, log],
    env: { ...process.env, ...command.environment },
    windowsHide: true,
  });
  closeSync(log);
  const { pid } = child;
  if (pid !== undefined) watchdog.guard(pid);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await once(child, 'spawn');
  child.unref();
  return new ChildServer(
    child,
    command.logFile,
    ended.finally(() => watchdog.spare(pid ?? 0)),
  );
}

class ChildServer implements ServerProcess {
  constructor(
    private readonly child: ChildProcess,
    private readonly logFile: string,
    readonly ended: Promise<void>,
  ) {}

  get alive(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  async end(signal: 'SIGTERM' | 'SIGKILL', patienceMs = Infinity): Promise<void> {
    // While we wait for its end, the child must keep our process alive again.
    this.child.ref();
    this.child.kill(signal);
    const force =
      patienceMs < Infinity ? setTimeout(() => this.child.kill('SIGKILL'), patienceMs) : undefined;
    await this.ended;
    clearTimeout(force);
  }

  async lastWords(): Promise<string> {
    return (await readFile(this.logFile, 'utf8').catch(() => '')).trim().slice(-500);
  }
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** How a server process ended and what it said. */
export interface Ending {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** From the last signal sent, or from the start. */
  readonly durationMs: number;
}

/** A server in a process of its own. */
export interface ServerProcess {
  /** Its address, once it is ready; rejects where it ends before. */
  readonly ready: Promise<string>;
  readonly ended: Promise<Ending>;
  /** What it has logged so far. */
  log(): string;
  signal(name: 'SIGTERM' | 'SIGINT' | 'SIGKILL'): void;
}

const program = join(__dirname, '../../dist/main.js');

/** Starts the built server with this environment and nothing else. */
export function spawnServer(environment: Readonly<Record<string, string>>): ServerProcess {
  const child = spawn(process.execPath, [program], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  let since = performance.now();
  const ended = once(child, 'close').then(([code]) => ({
    code: code as number | null,
    stdout,
    stderr,
    durationMs: performance.now() - since,
  }));
  const ready = new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (chunk) => {
      stdout += String(chunk);
      const line = /^bomba-server ready (\{.*\})$/m.exec(stdout)?.[1];
      if (line !== undefined) resolve((JSON.parse(line) as { url: string }).url);
    });
    child.stderr.on('data', (chunk) => (stderr += String(chunk)));
    void ended.then(() => reject(new Error(`the server ended before it was ready: ${stderr}`)));
  });
  ready.catch(() => undefined);
  return {
    ready,
    ended,
    log: () => stderr,
    signal: (name) => {
      since = performance.now();
      child.kill(name);
    },
  };
}

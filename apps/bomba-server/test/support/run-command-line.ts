import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** How a command ended and what it printed. */
export interface CommandEnding {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command in a process of its own. */
export interface CommandProcess {
  readonly ended: Promise<CommandEnding>;
  signal(name: 'SIGINT' | 'SIGTERM'): void;
}

const program = join(__dirname, '../../../../packages/sync-api/bin/bomba-sync.js');

/** Starts the built command line of sync-api with this environment and nothing else; nobody can be asked there. */
export function startCommandLine(
  env: Readonly<Record<string, string>>,
  ...args: readonly string[]
): CommandProcess {
  const child = spawn(process.execPath, [program, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return {
    ended: once(child, 'close').then(([code]) => ({ code: code as number | null, stdout, stderr })),
    signal: (name) => void child.kill(name),
  };
}

/** Runs it to its end. */
export function runCommandLine(
  env: Readonly<Record<string, string>>,
  ...args: readonly string[]
): Promise<CommandEnding> {
  return startCommandLine(env, ...args).ended;
}

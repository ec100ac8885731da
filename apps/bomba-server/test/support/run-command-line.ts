import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** How a command ended and what it printed. */
export interface CommandEnding {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const program = join(__dirname, '../../../../packages/sync-api/bin/bomba-sync.js');

/** Runs the built command line of sync-api with this environment and nothing else; nobody can be asked there. */
export async function runCommandLine(
  env: Readonly<Record<string, string>>,
  ...args: readonly string[]
): Promise<CommandEnding> {
  const child = spawn(process.execPath, [program, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}

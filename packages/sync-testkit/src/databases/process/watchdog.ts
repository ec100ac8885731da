import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { Socket } from 'node:net';
import { WATCHDOG_SCRIPT } from './watchdog-script.js';

/** Cleans up after this process if it cannot do so itself (crash, kill -9, Ctrl-C): no server outlives its owner. */
export interface Watchdog {
  /** This server is to die with us. Told in the same tick as it is spawned. */
  guard(pid: number): void;
  /** This server has ended by itself: its pid may belong to somebody else now. */
  spare(pid: number): void;
  /** This directory is to go when we go. */
  removeAtEnd(directory: string): void;
  /** The regular end: removes the directories and dismisses the watchdog. */
  end(): Promise<void>;
}

/** Starts a watchdog: a small process of its own session that notices our end because the pipe from us closes. */
export async function startWatchdog(): Promise<Watchdog> {
  const child = spawn(process.execPath, ['-e', WATCHDOG_SCRIPT], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    env: { ...process.env, NODE_OPTIONS: '' },
    windowsHide: true,
  });
  const { stdin } = child;
  stdin.on('error', () => undefined);
  await once(child, 'spawn');
  child.unref();
  if (stdin instanceof Socket) stdin.unref();
  const directories = new Set<string>();
  return {
    guard: (pid) => void stdin.write(`kill ${pid}\n`),
    spare: (pid) => void stdin.write(`spare ${pid}\n`),
    removeAtEnd: (directory) => {
      directories.add(directory);
      stdin.write(`remove ${directory}\n`);
    },
    end: async () => {
      for (const directory of directories)
        await rm(directory, { recursive: true, force: true, maxRetries: 20 });
      stdin.end();
    },
  };
}

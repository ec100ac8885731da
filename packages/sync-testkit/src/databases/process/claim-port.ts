import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { cacheDirectory } from '../cache-directory.js';

/** A loopback port that no other process of this testkit will take until it is released, even while nobody listens. */
export interface ClaimedPort {
  readonly port: number;
  /** Gives the port back. Calling it again does nothing. */
  release(): Promise<void>;
}

/**
 * Below every system's range for outgoing connections, so that a stopped server finds its port free again: there, any
 * connection of any program can sit on it.
 */
const FIRST_PORT = 20_000;
const PORT_COUNT = 12_000;
const TRY_COUNT = 200;

/** Claims a free loopback port, the preferred one if it can be had. */
export async function claimPort(preferred?: number): Promise<ClaimedPort> {
  const directory = join(cacheDirectory(process.env), 'ports');
  await mkdir(directory, { recursive: true });
  for (let attempt = 0; attempt < TRY_COUNT; attempt += 1) {
    const random = FIRST_PORT + Math.floor(Math.random() * PORT_COUNT);
    const port = attempt === 0 && preferred !== undefined ? preferred : random;
    const claim = join(directory, String(port));
    if (!(await takeClaim(claim))) continue;
    if (await isFree(port)) return { port, release: () => rm(claim, { force: true }) };
    await rm(claim, { force: true });
  }
  throw new Error(
    `no free port between ${FIRST_PORT} and ${FIRST_PORT + PORT_COUNT}: stop some of the servers there`,
  );
}

/** Whether a server could listen on this loopback port now. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => probe.close(() => resolve(true)));
  });
}

/** A claim is a file with its holder's pid; that of a dead holder is removed and can be taken by the next who asks. */
async function takeClaim(claim: string): Promise<boolean> {
  try {
    await writeFile(claim, String(process.pid), { flag: 'wx' });
    return true;
  } catch {
    const holder = Number(await readFile(claim, 'utf8').catch(() => ''));
    if (holder > 0 && !isAlive(holder)) await rm(claim, { force: true });
    return false;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

import { mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

const STALE_AFTER_MS = 3_600_000;

/**
 * Makes sure that a directory exists with everything `install` puts into it, or not at all. Any number of processes may
 * do so at once: each installs aside and the first to rename has done it for all.
 */
export async function installOnce(
  directory: string,
  install: (aside: string) => Promise<void>,
): Promise<void> {
  if (await exists(directory)) return;
  await mkdir(dirname(directory), { recursive: true });
  await removeStale(directory);
  const aside = await mkdtemp(`${directory}.`);
  try {
    await install(aside);
    await rename(aside, directory);
  } catch (error) {
    if (!(await exists(directory))) throw error;
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

/** What was left by an installation that was killed. */
async function removeStale(directory: string): Promise<void> {
  for (const name of await readdir(dirname(directory))) {
    if (!name.startsWith(`${basename(directory)}.`)) continue;
    const path = join(dirname(directory), name);
    const age = Date.now() - ((await stat(path).catch(() => undefined))?.mtimeMs ?? Date.now());
    if (age > STALE_AFTER_MS) await rm(path, { recursive: true, force: true });
  }
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}

import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { waitFor } from '../../../src/index.js';
import { type Ending, isGone, type Owner, pressControlC, startOwner } from './fixtures/owner.js';

describe('a process that has started databases', () => {
  let directory: string;
  let owner: Owner | undefined;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'bomba-owner-'));
  });
  afterEach(async () => {
    owner?.process.kill('SIGKILL');
    await rm(directory, { recursive: true, force: true });
  });

  const start = async (ending: Ending): Promise<Owner> => {
    owner = await startOwner(ending, directory);
    expect(owner.pids.length).toBeGreaterThanOrEqual(3);
    return owner;
  };
  const everythingIsGone = async (of: Owner): Promise<void> => {
    await waitFor(() => isGone(of), { what: 'its servers and its data to be gone', timeoutMs: 20_000 });
  };

  it('leaves no server, watchdog or directory behind when it is killed', async () => {
    const killed = await start('wait');
    expect(await isGone(killed)).toBe(false);
    expect(await readdir(directory)).toHaveLength(1);
    killed.process.kill('SIGKILL');
    await everythingIsGone(killed);
  });

  it.each(['crash', 'exit'] as const)('leaves nothing behind when it ends by %s', async (ending) => {
    const ended = await start(ending);
    ended.process.stdin?.write('now\n');
    await everythingIsGone(ended);
  });

  it('has nothing left when it stops them, while it lives on', async () => {
    const stopped = await start('stop');
    stopped.process.stdin?.write('now\n');
    await everythingIsGone(stopped);
    expect(stopped.process.exitCode).toBeNull();
  });

  it('leaves nothing behind when Ctrl-C is pressed', async () => {
    const interrupted = await start('wait');
    pressControlC(interrupted);
    await everythingIsGone(interrupted);
  });

  it('is not kept alive by its databases', async () => {
    await everythingIsGone(await start('forget'));
  });
});

import { mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { installOnce } from '../../../../src/databases/process/install-once.js';
import { temporaryDirectories } from '../temporary-directory.js';

describe('installOnce', () => {
  const temporaryDirectory = temporaryDirectories();

  it('lets many install at once: one result, complete, and nothing left over', async () => {
    const cache = await temporaryDirectory();
    const target = join(cache, 'tool');
    const install = async (aside: string): Promise<void> => {
      await writeFile(join(aside, 'first'), '1');
      await writeFile(join(aside, 'second'), '2');
    };
    await Promise.all(Array.from({ length: 10 }, () => installOnce(target, install)));
    expect(await readdir(cache)).toEqual(['tool']);
    expect(await readFile(join(target, 'second'), 'utf8')).toBe('2');
  });

  it('leaves nothing when it fails, so that the next one starts afresh', async () => {
    const cache = await temporaryDirectory();
    const half = async (aside: string): Promise<void> => {
      await writeFile(join(aside, 'first'), '1');
      throw new Error('disk full');
    };
    await expect(installOnce(join(cache, 'tool'), half)).rejects.toThrow('disk full');
    expect(await readdir(cache)).toEqual([]);
  });

  it('removes what a killed installation left long ago, and leaves one alone that may still run', async () => {
    const cache = await temporaryDirectory();
    await mkdir(join(cache, 'tool.old'));
    await utimes(join(cache, 'tool.old'), new Date(0), new Date(0));
    await mkdir(join(cache, 'tool.new'));
    await installOnce(join(cache, 'tool'), async () => undefined);
    expect(await readdir(cache)).toEqual(['tool', 'tool.new']);
  });
});

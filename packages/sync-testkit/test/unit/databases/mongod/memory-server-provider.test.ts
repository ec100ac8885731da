import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { memoryServerProvider } from '../../../../src/databases/mongod/memory-server-provider.js';
import { type Preparation } from '../../../../src/databases/provider.js';
import { fakeRequest } from '../fake-request.js';
import { temporaryDirectories } from '../temporary-directory.js';

describe('memoryServerProvider', () => {
  const temporaryDirectory = temporaryDirectories();
  let downloads = 0;
  const unreachable = (): Promise<string> => {
    downloads += 1;
    return Promise.reject(Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' }));
  };
  const prepare = (cache: string): Promise<Preparation> =>
    memoryServerProvider({ XDG_CACHE_HOME: cache }, unreachable).prepare(fakeRequest(), () => undefined);

  it('does not try again for a day what could not be downloaded, until told to', async () => {
    const cache = await temporaryDirectory();
    downloads = 0;
    expect(await prepare(cache)).toMatchObject({
      reason: 'its download failed (ENOTFOUND)',
    });
    expect(await prepare(cache)).toMatchObject({ reason: 'its download failed today (ENOTFOUND)' });
    expect(downloads).toBe(1);

    await rm(join(cache, 'bomba-sync', 'mongod-download-failed'));
    await prepare(cache);
    expect(downloads).toBe(2);
  });

  it('tries once more when another process is in its way, and remembers no such failure', async () => {
    const cache = await temporaryDirectory();
    const outcomes = [new Error('locked'), new Error('locked'), process.execPath];
    const download = async (): Promise<string> => {
      const outcome = outcomes.shift();
      if (outcome instanceof Error) throw outcome;
      return outcome ?? '';
    };
    const provider = memoryServerProvider({ XDG_CACHE_HOME: cache }, download);
    const first = await provider.prepare(fakeRequest(), () => undefined);
    expect(first).toMatchObject({ reason: 'its download failed (locked)' });
    expect(await provider.prepare(fakeRequest(), () => undefined)).toMatchObject({ available: true });
  });

  it('uses what was downloaded', async () => {
    const provider = memoryServerProvider(
      { XDG_CACHE_HOME: await temporaryDirectory() },
      async () => process.execPath,
    );
    const preparation = await provider.prepare(fakeRequest(), () => undefined);
    expect(preparation).toMatchObject({
      available: true,
      what: `mongod ${process.version} (${process.execPath})`,
    });
  });
});

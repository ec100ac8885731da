import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { mongodProvider } from '../../../../src/databases/mongod/mongod-provider.js';
import { type Preparation } from '../../../../src/databases/provider.js';
import { fakeRequest } from '../fake-request.js';
import { temporaryDirectories } from '../temporary-directory.js';

function prepare(environment: NodeJS.ProcessEnv): Promise<Preparation> {
  return mongodProvider(environment).prepare(fakeRequest(), () => undefined);
}

async function program(directory: string, text: string): Promise<string> {
  const path = join(directory, 'mongod');
  await writeFile(path, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  return path;
}

describe('mongodProvider', () => {
  const temporaryDirectory = temporaryDirectories();

  it('finds the mongod on PATH and tells its version', async () => {
    const directory = await temporaryDirectory();
    const path = await program(directory, 'echo "db version v8.0.4"');
    expect(await prepare({ PATH: `/nowhere:${directory}` })).toMatchObject({
      available: true,
      what: `mongod v8.0.4 (${path})`,
    });
  });

  it('prefers the one that BOMBA_MONGOD names', async () => {
    const path = await program(await temporaryDirectory(), 'echo "db version v7.0.1"');
    const other = await temporaryDirectory();
    await program(other, 'echo "db version v8.0.4"');
    expect(await prepare({ PATH: other, BOMBA_MONGOD: path })).toMatchObject({
      what: `mongod v7.0.1 (${path})`,
    });
  });

  it('says why a mongod cannot be used', async () => {
    const directory = await temporaryDirectory();
    await program(directory, 'echo "libcrypto.so.1.1: cannot open shared object file" >&2; exit 127');
    expect(await prepare({ PATH: directory })).toMatchObject({
      available: false,
      reason: expect.stringContaining('libcrypto.so.1.1'),
    });
  });

  it('says so when there is none', async () => {
    expect(await prepare({ PATH: '/nowhere' })).toMatchObject({ reason: 'no mongod on PATH' });
    expect(await prepare({ BOMBA_MONGOD: '/no/mongod' })).toMatchObject({
      reason: 'BOMBA_MONGOD names no program: /no/mongod',
    });
  });
});

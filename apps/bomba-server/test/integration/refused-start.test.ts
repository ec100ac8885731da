import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type BranchDatabases, startDatabases } from '@bomba/sync-testkit';
import { spawnServer } from '../support/spawn-server.js';

let databases: BranchDatabases;
let local = '';
beforeAll(async () => {
  databases = await startDatabases({ branches: 1, atlas: false });
  local = databases.branches[0]?.uri ?? '';
});
afterAll(() => databases.stop());

const canary = 'canary-p4ss';

/** What a server says that refuses to start with this environment: nothing but its last words. */
async function lastWordsOf(environment: Record<string, string>): Promise<string> {
  const { code, stdout, stderr } = await spawnServer({
    LOCAL_MONGODB_URI: local,
    PORT: '0',
    SYNC_API_KEYS: 'a-key-that-is-long-enough',
    ...environment,
  }).ended;
  expect(code).toBe(1);
  expect(stdout).toBe('');
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(stderr).not.toContain(canary);
  return stderr;
}

describe('a server that cannot start exits with 1 and one sentence', () => {
  it('where nothing answers at the URI of Local', async () => {
    const words = await lastWordsOf({ LOCAL_MONGODB_URI: `mongodb://user:${canary}@127.0.0.1:9/bomba` });
    expect(words).toBe(
      'bomba-server cannot start: Local MongoDB does not answer at 127.0.0.1:9 (ECONNREFUSED): start it there, or ' +
        'correct LOCAL_MONGODB_URI.\n',
    );
  });

  it('where Local refuses the credentials', async () => {
    const uri = new URL(local);
    uri.username = 'nobody';
    uri.password = canary;
    const words = await lastWordsOf({ LOCAL_MONGODB_URI: uri.href });
    expect(words).toMatch(
      /^bomba-server cannot start: Local MongoDB at \S+ refused the credentials: check [^\n]+\n$/,
    );
  });

  it('where the port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const words = await lastWordsOf({ PORT: String(port) }).finally(() => other.close());
    expect(words).toBe(
      `bomba-server cannot start: The address 127.0.0.1:${port} is taken: stop the program that has it, or set PORT to another one.\n`,
    );
  });

  it('where the environment is wrong, with every mistake', async () => {
    const words = await lastWordsOf({
      NODE_ENV: 'staging',
      LOCAL_MONGODB_URI: `mongo://user:${canary}@127.0.0.1/bomba`,
      ATLAS_MONGODB_URI: `mongodb://user:${canary}@atlas.example.net/bomba`,
      SYNC_RETRY_BASEMS: '5',
    });
    expect(words.split('\n')).toEqual([
      'bomba-server cannot start: The environment has 4 mistakes: correct it and start again.',
      '  - NODE_ENV: must be one of development, production, test, not "staging"',
      expect.stringMatching(/^ {2}- LOCAL_MONGODB_URI: must be a MongoDB connection string/),
      '  - ATLAS_MONGODB_URI: must use TLS beyond this machine; use mongodb+srv:// or add tls=true',
      '  - SYNC_RETRY_BASEMS: is not a variable of this server; did you mean SYNC_RETRY_BASE_MS?',
      '',
    ]);
  });
});

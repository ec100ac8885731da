import { describe, expect, it } from '@jest/globals';
import { readTarget, type TargetOptions } from '../../../../src/cli/client/target.js';
import { FakeShell } from '../../../fakes/fake-shell.js';

const key = 'k3y-of-the-tests';

function read(options: TargetOptions, env: Record<string, string> = { BOMBA_SYNC_API_KEY: key }) {
  const shell = new FakeShell();
  shell.env = env;
  shell.files = { keyfile: ` ${key}-of-the-file\n`, empty: '\n', two: 'a\nb' };
  return readTarget(options, shell);
}

describe('the address of the API', () => {
  it('is the option, else the variable, else the loopback address of bomba-server', async () => {
    const env = { BOMBA_SYNC_URL: 'https://variable.example/api/sync/' };
    expect(await read({ url: 'https://option.example/x' }, env)).toEqual({
      url: 'https://option.example/x',
      key: null,
    });
    expect(await read({}, env)).toEqual({ url: 'https://variable.example/api/sync', key: null });
    expect(await read({}, { BOMBA_SYNC_URL: '', BOMBA_SYNC_API_KEY: '' })).toEqual({
      url: 'http://127.0.0.1:3000/api/sync',
      key: null,
    });
  });

  it.each([
    '',
    'cairo',
    'ftp://cairo',
    'http://',
    'http://me:pw@localhost',
    'http://localhost?a',
    'http://localhost#a',
  ])('is refused where it is %p', async (url) =>
    expect(read({ url })).rejects.toMatchObject({ exitCode: 2 }),
  );
});

describe('the key', () => {
  it('is the content of the file, else of the variable', async () => {
    expect((await read({ keyFile: 'keyfile' })).key).toBe(`${key}-of-the-file`);
    expect((await read({})).key).toBe(key);
  });

  it.each(['empty', 'two', 'none'])('is refused where its file is %s', async (keyFile) => {
    await expect(read({ keyFile })).rejects.toMatchObject({ exitCode: 2 });
  });

  it('is refused, and not shown, where no header can carry it', async () => {
    const refused = await read({}, { BOMBA_SYNC_API_KEY: 'مفتاح' }).catch((error: unknown) => error);
    expect(refused).toMatchObject({ exitCode: 2 });
    expect((refused as Error).message).not.toContain('مفتاح');
  });

  it.each(['https://cairo', 'http://localhost:1', 'http://127.1', 'http://127.9.9.9/a', 'http://[::1]:3000'])(
    'goes to %s',
    async (url) => expect((await read({ url })).key).toBe(key),
  );

  it.each([
    'http://cairo',
    'http://10.0.0.1',
    'http://localhost.cairo',
    'http://127.0.0.1.nip.io',
    'http://0.0.0.0',
    'http://[::2]',
  ])('does not go over plain HTTP to %s, unless that is meant', async (url) => {
    await expect(read({ url })).rejects.toMatchObject({ exitCode: 2 });
    expect((await read({ url, insecure: true })).key).toBe(key);
    expect((await read({ url }, {})).key).toBeNull();
  });
});

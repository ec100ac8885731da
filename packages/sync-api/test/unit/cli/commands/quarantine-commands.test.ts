import { afterEach, describe, expect, it } from '@jest/globals';
import { serveEach } from '../../../fakes/api-server.js';
import { quarantined } from '../../../fakes/fake-sync-control.js';
import { FakeShell, shellFor } from '../../../fakes/fake-shell.js';

const serve = serveEach(afterEach);

describe('bomba-sync quarantine list', () => {
  it('prints what waits, in a table', async () => {
    const { code, stdout, stderr } = await (await shellFor(serve())).run('quarantine', 'list');
    expect(code).toBe(0);
    expect(stdout).toBe(
      'ID  COLLECTION  DOCUMENT  CODE               TRIES  LAST TRY              REASON\n' +
        'q1  bills       5f        SYNC_WRITE_UNIQUE  1      1970-01-01 00:00:00Z  The number is taken.\n',
    );
    expect(stderr).toBe('');
  });

  it('prints the answer as it is with --json', async () => {
    const server = serve();
    const { stdout } = await (await shellFor(server)).run('--json', 'quarantine', 'list');
    expect(stdout).toBe(`${(await server.send('/quarantine')).text}\n`);

    const reason = 'a\u009b2J\u202e';
    server.sync.quarantine.list = async () => [{ ...quarantined, reason }];
    const escaped = (await (await shellFor(server)).run('quarantine', 'list', '--json')).stdout;
    expect(escaped).toContain('"a\\u009b2J\\u202e"');
    expect(JSON.parse(escaped)).toMatchObject({ items: [{ reason }] });
  });

  it('hands on what is asked for, names the next page, and takes the pages there are with --all', async () => {
    const server = serve();
    const list = (...options: readonly string[]) =>
      shellFor(server).then((shell) =>
        shell.run('quarantine', 'list', '--collection', 'bills', '--limit', '1', ...options),
      );
    const first = await list();
    const [, next = ''] = /--after (\S+)/.exec(first.stderr) ?? [];
    expect(next).not.toBe('');
    await list('--after', next);
    const pages = [
      { collection: 'bills', limit: 1 },
      { collection: 'bills', limit: 1, after: { atMs: 1, id: 'q1' } },
    ];
    expect(server.sync.calls.map(([, query]) => query)).toEqual(pages);

    server.sync.calls.length = 0;
    const entries = [quarantined];
    server.sync.quarantine.list = async (query) => (
      server.sync.calls.push(['list', query]),
      entries.splice(0, 1)
    );
    const all = await list('--all');
    expect(all.stderr).toBe('');
    expect(server.sync.calls.map(([, query]) => query)).toEqual(pages);
  });

  it('says so where nothing waits', async () => {
    const server = serve();
    server.sync.quarantine.list = async () => [];
    expect((await (await shellFor(server)).run('quarantine', 'list')).stdout).toBe(
      'Nothing is in quarantine.\n',
    );
  });
});

describe('bomba-sync quarantine show', () => {
  it('prints the reason and the document, whatever its id is', async () => {
    const server = serve();
    const id = 'local-to-atlas bills/str:فاتورة';
    const document = { _id: 'فاتورة', name: 'a\u202eb\u009b', number: { $numberLong: '9007199254740993' } };
    server.sync.quarantine.get = async (asked) => (asked === id ? { ...quarantined, id, document } : null);
    const word = 'local-to-atlas%20bills/str:%D9%81%D8%A7%D8%AA%D9%88%D8%B1%D8%A9';
    for (const typed of [id, word]) {
      const { code, stdout } = await (await shellFor(server)).run('quarantine', 'show', typed);
      expect(code).toBe(0);
      expect(stdout).toContain(`id               ${word}\n`);
      expect(stdout).toContain('colliding value  {"number":7}\n');
      expect(stdout).toContain('  "name": "a\\u202eb\\u009b"');
      expect(JSON.parse(stdout.slice(stdout.indexOf('\n{')))).toEqual(document);
    }
  });

  it('prints title, detail, code and remedy of a refusal, and ends with 1', async () => {
    const { code, stdout, stderr } = await (await shellFor(serve())).run('quarantine', 'show', 'none');
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(
      /^Not Found: There is no such quarantined state\.\n {2}code: SYNC_NOT_FOUND\n {2}remedy: .+\n$/,
    );
  });
});

describe('bomba-sync quarantine edit', () => {
  it('sends a file back as show printed it, each number as it stands', async () => {
    const server = serve();
    const document = { _id: 'فاتورة', price: { $numberDouble: '1.0' }, count: 2, name: 'a\u202e' };
    server.sync.quarantine.get = async () => ({ ...quarantined, document });
    const { stdout } = await (await shellFor(server)).run('quarantine', 'show', 'q1', '--document');
    expect(JSON.parse(stdout)).toEqual(document);
    expect(stdout).toContain('  "name": "a\\u202e"\n');

    const shell = await shellFor(server);
    shell.files = { 'bill.json': stdout, broken: '{', list: '[]' };
    expect((await shell.run('quarantine', 'edit', 'q1', 'bill.json')).code).toBe(0);
    expect(server.sync.calls).toEqual([['quarantine.edit', 'q1', document]]);
    expect((await shell.run('quarantine', 'edit', 'q1', 'broken')).code).toBe(2);
    expect((await shell.run('quarantine', 'edit', 'q1', 'none')).code).toBe(2);
    expect((await shell.run('quarantine', 'edit', 'q1', 'list')).code).toBe(1);
    expect(server.sync.calls).toHaveLength(1);
  });
});

describe('bomba-sync quarantine retry', () => {
  it('tries each, and ends with 1 where one of them is refused', async () => {
    const server = serve();
    const { code, stdout, stderr } = await (await shellFor(server)).run('quarantine', 'retry', 'none', 'q1');
    expect(code).toBe(1);
    expect(stdout).toBe('q1 is tried again; it leaves the list once it gets through\n');
    expect(stderr).toContain('none stays as it is.\nNot Found:');
    expect(server.sync.calls).toEqual([
      ['quarantine.retry', 'none'],
      ['quarantine.retry', 'q1'],
    ]);
  });

  it('takes every wrong value of a refusal to the reader', async () => {
    const { code, stderr } = await (await shellFor(serve())).run('quarantine', 'list', '--limit', 'x');
    expect(code).toBe(1);
    expect(stderr).toContain('  limit: must be one whole number from 1 to 1000\n');
  });
});

describe('bomba-sync quarantine discard', () => {
  const discard = async (prepare: (shell: FakeShell) => void, ...options: readonly string[]) => {
    const server = serve();
    const shell = await shellFor(server);
    prepare(shell);
    const ran = await shell.run('quarantine', 'discard', 'q1', ...options);
    return { ...ran, shell, calls: server.sync.calls };
  };
  const done = [['quarantine.discard', 'q1']];

  it('asks, and does nothing unless the answer is yes', async () => {
    const yes = await discard((shell) => Object.assign(shell, { canAsk: true, answer: 'Yes' }));
    expect([yes.code, yes.calls]).toEqual([0, done]);
    expect(yes.shell.asked).toEqual(["Give up this state for Atlas' version? [y/N] "]);
    for (const answer of ['', 'n', 'yesterday']) {
      const no = await discard((shell) => Object.assign(shell, { canAsk: true, answer }));
      expect([no.code, no.calls, no.stderr]).toEqual([1, [], 'Nothing was changed.\n']);
    }
  });

  it('wants --yes where nobody can be asked', async () => {
    const refused = await discard(() => undefined);
    expect([refused.code, refused.calls]).toEqual([2, []]);
    expect(refused.stderr).toContain('--yes');
    const meant = await discard(() => undefined, '--yes');
    expect([meant.code, meant.calls, meant.shell.asked]).toEqual([0, done, []]);
  });
});

it('shows help with examples for each command, and ends with 2 where a word is not known', async () => {
  const help = await new FakeShell().run('quarantine', '--help');
  expect(help).toMatchObject({ code: 0, stderr: '' });
  expect(help.stdout).toContain('$ bomba-sync quarantine retry ID');
  expect(await new FakeShell().run('--version')).toMatchObject({ code: 0, stdout: '1.2.3\n' });
  for (const typed of [['quarantine'], ['quarantine', 'lost'], ['quarantine', 'show'], ['--urls', 'x'], []]) {
    const { code, stdout } = await new FakeShell().run(...typed);
    expect([code, stdout]).toEqual([2, '']);
  }
});

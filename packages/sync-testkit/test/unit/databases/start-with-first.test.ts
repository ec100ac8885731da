import { describe, expect, it } from '@jest/globals';
import { type ChainReporter } from '../../../src/databases/chain-reporter.js';
import {
  type DatabaseProvider,
  type Preparation,
  type ProvidedServer,
  type ProviderName,
  type Seat,
} from '../../../src/databases/provider.js';
import { startWithFirst } from '../../../src/databases/start-with-first.js';
import { fakeRequest } from './fake-request.js';

const nothing = async (): Promise<void> => undefined;

function fakeServer(seat: Seat, dispose = nothing): ProvidedServer {
  const server = { uri: 'mongodb://fake', host: '127.0.0.1', port: 1, running: true };
  return {
    ...server,
    name: seat.name,
    stop: nothing,
    start: nothing,
    kill: nothing,
    provision: nothing,
    dispose,
  };
}

function fakeProvider(name: ProviderName, prepare: () => Promise<Preparation>): DatabaseProvider {
  return { name, prepare };
}

const works = async (): Promise<Preparation> => ({
  available: true,
  what: 'a fake',
  open: async (seat) => fakeServer(seat),
});
const missing = async (): Promise<Preparation> => ({
  available: false,
  reason: 'not here',
  remedy: 'get one',
});

function listener(): { lines: string[]; reporter: ChainReporter } {
  const lines: string[] = [];
  const tell = (kind: string) => (line: string) => lines.push(`${kind} ${line}`);
  return { lines, reporter: { busy: tell('busy'), notUsed: tell('notUsed'), using: tell('using') } };
}

describe('startWithFirst', () => {
  it('takes the first provider that works and never asks those after it', async () => {
    const { lines, reporter } = listener();
    const never = fakeProvider('secantus', () => Promise.reject(new Error('must not be asked')));
    const chain = [fakeProvider('environment', missing), fakeProvider('mongod', works), never];
    const started = await startWithFirst(chain, fakeRequest(), reporter);
    expect(started.provider).toBe('mongod');
    expect(started.servers.map((server) => server.name)).toEqual(['a', 'atlas']);
    expect(lines).toEqual([
      'notUsed environment: not here',
      'using mongod: a fake, a on 127.0.0.1:1, atlas on 127.0.0.1:1',
    ]);
  });

  it('goes on to the next when one breaks, and says so', async () => {
    const { lines, reporter } = listener();
    const breaks = fakeProvider('mongod', () => Promise.reject(new Error('lacks a library')));
    await startWithFirst([breaks, fakeProvider('secantus', works)], fakeRequest(), reporter);
    expect(lines[0]).toBe('notUsed mongod: it failed: lacks a library');
  });

  it('leaves no server behind when another one of the same provider does not start', async () => {
    const disposed: string[] = [];
    const half = fakeProvider('mongod', async () => ({
      available: true,
      what: 'half of it',
      open: async (seat) => {
        if (seat.side === 'atlas') throw new Error('no room');
        return fakeServer(seat, async () => void disposed.push(seat.name));
      },
    }));
    await startWithFirst([half, fakeProvider('secantus', works)], fakeRequest(), listener().reporter);
    expect(disposed).toEqual(['a']);
  });

  it('says in one sentence what was tried and what would help, when nothing works', async () => {
    const chain = [fakeProvider('environment', missing), fakeProvider('mongod', missing)];
    await expect(startWithFirst(chain, fakeRequest(), listener().reporter)).rejects.toThrow(
      'no database server could be started; tried environment: not here (get one); mongod: not here (get one)',
    );
  });
});

import { describe, expect, it } from '@jest/globals';
import { type Document } from 'mongodb';
import { stepTowardsPrimary } from '../../../../src/databases/mongod/replica-set.js';

/** A mongod with `--replSet`, as far as becoming primary goes: it is primary once its set knows its address. */
class FakeMongod {
  readonly orders: string[] = [];
  constructor(
    private readonly host: string,
    private config?: Document,
  ) {}

  readonly run = async (command: Document): Promise<Document> => {
    const [name = ''] = Object.keys(command);
    if (name === 'hello') return { isWritablePrimary: this.config?.['members'][0].host === this.host };
    if (name === 'replSetGetConfig') {
      if (this.config) return { config: this.config };
      throw Object.assign(new Error('no replset config has been received'), { code: 94 });
    }
    this.orders.push(name);
    this.config = { version: 1, ...command[name] };
    return { ok: 1 };
  };
}

describe('stepTowardsPrimary', () => {
  it('initiates a new set and is done when it is primary', async () => {
    const mongod = new FakeMongod('127.0.0.1:1');
    expect(await stepTowardsPrimary(mongod.run, '127.0.0.1:1')).toBe(false);
    expect(await stepTowardsPrimary(mongod.run, '127.0.0.1:1')).toBe(true);
    expect(mongod.orders).toEqual(['replSetInitiate']);
  });

  it('tells a set that was last served on another port its new address', async () => {
    const mongod = new FakeMongod('127.0.0.1:2', { version: 3, members: [{ _id: 0, host: '127.0.0.1:1' }] });
    expect(await stepTowardsPrimary(mongod.run, '127.0.0.1:2')).toBe(false);
    expect(await stepTowardsPrimary(mongod.run, '127.0.0.1:2')).toBe(true);
    expect(mongod.orders).toEqual(['replSetReconfig']);
  });

  it('only waits while a known set elects its primary', async () => {
    const config = { version: 1, members: [{ _id: 0, host: '127.0.0.1:1' }] };
    const electing = async (command: Document): Promise<Document> => {
      if ('hello' in command) return { isWritablePrimary: false };
      if ('replSetGetConfig' in command) return { config };
      throw new Error(`unexpected ${JSON.stringify(command)}`);
    };
    expect(await stepTowardsPrimary(electing, '127.0.0.1:1')).toBe(false);
  });
});

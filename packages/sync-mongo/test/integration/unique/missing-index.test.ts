import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '@bomba/sync-testkit';
import { type HealthCheck } from '@bomba/sync-core';
import { startTwoBranches, type BranchProcess, type TwoBranches } from '../slice/two-branches.js';

interface Member {
  mail?: string;
  card?: { number: string };
}

/** How many share an address: far more than are named. */
const SHARING_COUNT = 200;

let world: TwoBranches;
let a: BranchProcess;

beforeAll(async () => {
  world = await startTwoBranches(['items', 'members']);
  const members = world.atlas.collection('members');
  await members.insertMany([
    { mail: 'ada@example.org', card: { number: '1' } },
    { mail: 'ada@example.org', card: { number: '2' } },
    ...Array.from({ length: SHARING_COUNT - 2 }, () => ({ mail: 'ada@example.org' })),
    { mail: 'bob@example.org', card: { number: '2' } },
    { mail: 'eve@example.org' },
    { mail: 'fay@example.org' },
  ] as object[]);
  a = await world.a.open();
  const schema = new a.mongoose.Schema<Member>({ mail: String, card: { number: String } });
  schema.index({ mail: 1 }, { unique: true });
  schema.index({ 'card.number': 1 }, { unique: true, sparse: true });
  schema.set('autoIndex', false);
  a.mongoose.model<Member>('Member', schema);
});
afterAll(async () => world.stop());

const indexCheck = async (): Promise<HealthCheck | undefined> =>
  (await a.sync.health()).checks.find(({ name }) => name === 'indexes');

describe('unique indexes of the models that Atlas does not have', () => {
  it('make the health degraded where values collide there, which it names with their documents', async () => {
    const { warnings } = await a.sync.start();
    const check = await indexCheck();
    expect(check?.status).toBe('degraded');
    const [first] = await world.atlas.collection('members').find({ mail: 'ada@example.org' }).toArray();
    expect(check?.message).toContain('unique index on mail of members');
    expect(check?.message).toContain(String(first?._id));
    expect(check?.message).toContain(`${SHARING_COUNT} documents`);
    expect(check?.message.length).toBeLessThan(1_000);
    expect(check?.message).toContain('unique index on card.number of members');
    expect(check?.message).toContain('"2"');
    expect(warnings.join(' ')).toContain('unique index on mail of members');
  });

  it('are built at the next start once no value collides', async () => {
    const members = world.atlas.collection('members');
    await members.deleteMany({ mail: 'ada@example.org' });
    await members.deleteMany({ 'card.number': '2' });
    await a.sync.stop();
    await a.sync.start();
    await waitFor(async () => (await indexCheck())?.status === 'healthy', {
      what: 'the indexes to be there',
    });
    const built = (await members.indexes()).filter(({ unique }) => unique === true).map(({ key }) => key);
    expect(built).toEqual(expect.arrayContaining([{ mail: 1 }, { 'card.number': 1 }]));
  });
});

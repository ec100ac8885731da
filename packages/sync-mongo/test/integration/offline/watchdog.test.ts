import { performance } from 'node:perf_hooks';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createFaultProxy, type FaultProxy, waitFor } from '@bomba/sync-testkit';
import { type BranchProcess, startTwoBranches, type TwoBranches } from '../slice/two-branches.js';
import { untilAnswered } from '../slice/until-answered.js';

/** Above the second that the server lets a question of the stream wait for news. */
const ANSWER_MS = 1_500;
const HEARTBEAT_MS = 500;
const CONNECT_MS = 1_000;
/** However slow the machine is: no watcher needs a quarter of it. */
const LIMIT_MS = 40_000;
/** Longer than any test lasts. */
const NEVER_MS = 600_000;
const quick = { connectTimeoutMS: CONNECT_MS, serverSelectionTimeoutMS: CONNECT_MS } as const;

/** What there is to notice that a wire is dead: with each, the other one never does. */
const watchers = {
  'the time that a request has': {
    ...quick,
    socketTimeoutMS: ANSWER_MS,
    heartbeatFrequencyMS: NEVER_MS,
  },
  "the driver's own looks at the server": {
    ...quick,
    socketTimeoutMS: NEVER_MS,
    heartbeatFrequencyMS: HEARTBEAT_MS,
  },
} as const;
/** Answers of a stream that has no news: together they take longer than the time that a request has. */
const IDLE_ANSWERS = 6;

let world: TwoBranches;
let link: FaultProxy;

beforeAll(async () => {
  world = await startTwoBranches();
  link = await createFaultProxy({ targetPort: world.databases.atlas.port });
});
afterAll(async () => {
  await world.stop();
  await link.close();
});

describe.each(Object.entries(watchers))('by %s, a wire to Atlas', (_, client) => {
  let a: BranchProcess;

  beforeAll(async () => {
    const { pathname } = new URL(world.databases.atlas.uri);
    a = await world.a.open({ atlas: { uri: link.uri(pathname.slice(1)), client } });
    await a.sync.start();
  });
  beforeEach(async () => a.sync.idle());
  afterEach(async () => link.heal());
  afterAll(async () => a.end());

  it.each([
    ['everything', 'a write is pushed', () => link.blackHole(), 1],
    ['the answers', 'only the stream is read', () => link.dropReplies(), 0],
  ] as const)(
    'that swallows %s, its sockets open, is known as dead while %s, and all arrives once it is whole',
    async (_swallowed, _work, fail, writeCount) => {
      await fail();
      const mine = await a.Item.create(Array.from({ length: writeCount }, () => ({ name: 'of Local' })));
      await waitFor(() => a.sync.status().state === 'degraded', {
        what: 'the status to say so',
        timeoutMs: LIMIT_MS,
      });
      mine.push(await a.Item.create({ name: 'of Local, later' }));
      const onAtlas = world.atlas.collection('items');
      const { insertedId } = await onAtlas.insertOne({ name: 'of Atlas' });

      await link.heal();
      for (const { _id } of mine) await waitFor(() => onAtlas.findOne({ _id }), { what: 'it on Atlas' });
      await waitFor(() => a.Item.exists({ _id: insertedId }), { what: 'it on Local' });
      await a.sync.idle();
      expect(a.sync.status()).toMatchObject({ state: 'running', atlas: 'connected', pushOpen: true });
    },
    3 * LIMIT_MS,
  );

  it('that is whole and has no news is not given up', async () => {
    const failures: string[] = [];
    a.sync.on('failed', ({ code }) => failures.push(code));
    const startedMs = performance.now();
    await untilAnswered(a, IDLE_ANSWERS);
    expect(performance.now() - startedMs).toBeGreaterThan(2 * ANSWER_MS);
    expect(failures).toEqual([]);
  });
});

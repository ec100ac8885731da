import { performance } from 'node:perf_hooks';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createFaultProxy, type FaultProxy, waitFor } from '@bomba/sync-testkit';
import { type BranchProcess, startTwoBranches, type TwoBranches } from '../slice/two-branches.js';
import { untilAnswered } from '../slice/until-answered.js';

/** Above the second that the server lets a question of the stream wait for news. */
const ANSWER_MS = 1_500;
const HEARTBEAT_MS = 500;
const CONNECT_MS = 1_000;
/** Longer than any test lasts. */
const NEVER_MS = 120_000;
/** For the machine, which has other work too. */
const MARGIN_MS = 2_000;
const quick = { connectTimeoutMS: CONNECT_MS, serverSelectionTimeoutMS: CONNECT_MS } as const;

/** What there is to notice that a wire is dead, and how long it takes at most until the status says so. */
const watchers = {
  'the time that a request has': {
    client: { ...quick, socketTimeoutMS: ANSWER_MS, heartbeatFrequencyMS: NEVER_MS },
    // One question; then the driver closes the cursor and opens another one, trying twice, each over a connection that is
    // as dead, or to be had first.
    withinMs: 4 * ANSWER_MS + CONNECT_MS + MARGIN_MS,
  },
  "the driver's own looks at the server": {
    client: { ...quick, socketTimeoutMS: NEVER_MS, heartbeatFrequencyMS: HEARTBEAT_MS },
    // One look; then the driver lets the stream go and opens it anew, trying twice: each looks for a server.
    withinMs: HEARTBEAT_MS + CONNECT_MS + 3 * CONNECT_MS + MARGIN_MS,
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

describe.each(Object.entries(watchers))('by %s, a wire to Atlas', (_, { client, withinMs }) => {
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
      const failedMs = performance.now();
      const mine = await a.Item.create(Array.from({ length: writeCount }, () => ({ name: 'of Local' })));
      await waitFor(() => a.sync.status().state === 'degraded', {
        what: 'the status to say so',
        timeoutMs: 2 * withinMs,
      });
      expect(performance.now() - failedMs).toBeLessThan(withinMs);
      mine.push(await a.Item.create({ name: 'of Local, later' }));
      const onAtlas = world.atlas.collection('items');
      const { insertedId } = await onAtlas.insertOne({ name: 'of Atlas' });

      await link.heal();
      for (const { _id } of mine) await waitFor(() => onAtlas.findOne({ _id }), { what: 'it on Atlas' });
      await waitFor(() => a.Item.exists({ _id: insertedId }), { what: 'it on Local' });
      await a.sync.idle();
      expect(a.sync.status()).toMatchObject({ state: 'running', atlas: 'connected', pushOpen: true });
    },
    60_000,
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

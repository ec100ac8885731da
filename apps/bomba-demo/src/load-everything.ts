import { setTimeout as sleep } from 'node:timers/promises';
import { type Databases } from '@bomba/sync-testkit';
import { MongoClient } from 'mongodb';
import { countRecords, progressLine } from './progress/count-records.js';
import { LiveLine, type Terminal } from './progress/live-line.js';
import { type ReadyDemo } from './ready-demo.js';
import { cafeRecords } from './records/cafe-records.js';
import { createCafeRecords, loadPublicRecords } from './records/load-records.js';
import { type RecordSet } from './records/public-records.js';

const POLL_MS = 150;
const CAFE_COLLECTIONS = ['products', 'devices', 'users', 'orders', 'bills', 'sessions'];

/** What is loaded, and where its progress is shown. */
export interface LoadOptions {
  readonly sets: readonly RecordSet[];
  readonly databases: Databases;
  readonly terminal: Terminal;
}

/** Loads all records into the first branch, and shows how they arrive, until they are on all three sides. */
export async function loadEverything(
  ready: ReadyDemo,
  { sets, databases, terminal }: LoadOptions,
): Promise<void> {
  const [first, second] = ready.branches;
  if (!first || !second) return;
  const collections = [...CAFE_COLLECTIONS, ...sets.map(({ collection }) => collection)];
  for (const server of [databases.atlas, ...databases.branches]) {
    await server.provision([...collections, '_sync_conflicts']);
  }
  const cafe = cafeRecords();
  const expected = cafe.length + sets.reduce((sum, { records }) => sum + records.length, 0);
  const sides = new Map([
    [`branch ${first.name}`, first.localUri],
    ['Atlas', ready.atlasUri],
    [`branch ${second.name}`, second.localUri],
  ]);
  const clients = await connectAll(sides);
  try {
    const loading = Promise.all([
      loadPublicRecords(first.localUri, sets),
      createCafeRecords(first.url, cafe),
    ]);
    await Promise.all([loading, show({ clients, collections, expected, terminal })]);
  } finally {
    await Promise.all([...clients.values()].map((client) => client.close()));
  }
}

async function connectAll(uris: ReadonlyMap<string, string>): Promise<ReadonlyMap<string, MongoClient>> {
  const connected = [...uris].map(async ([side, uri]) => [side, await MongoClient.connect(uri)] as const);
  return new Map(await Promise.all(connected));
}

async function show(at: {
  readonly clients: ReadonlyMap<string, MongoClient>;
  readonly collections: readonly string[];
  readonly expected: number;
  readonly terminal: Terminal;
}): Promise<void> {
  const line = new LiveLine(at.terminal, () => performance.now());
  for (;;) {
    const counts = await countRecords(at.clients, at.collections);
    const text = progressLine(counts, at.expected);
    if (counts.every(({ count }) => count >= at.expected)) {
      line.end(text);
      return;
    }
    line.show(text);
    await sleep(POLL_MS);
  }
}

import { type AnyBulkWriteOperation, type Binary, type Collection } from 'mongodb';
import { type Bill, billOf } from '../capture/bill.js';
import { type Arena, byHand, timeUntilSynced } from './arena.js';
import { inPages, type Times } from './times.js';
import { onAtlas, versionOf } from './version.js';

const PAGE = 1_000;
const MAJORITY = { ordered: false, writeConcern: { w: 'majority' } } as const;

/** What is pushed, how much of it, and how often each document was written before. */
export interface PushTask {
  readonly bytes: number;
  readonly count: number;
  readonly kind: 'new' | 'edited';
  /** Writes per document while push rests; each of them is replayed by hand. */
  readonly writesPerKey: number;
}

/** Pushes prepared dirty documents, and sends the same compare-and-sets by hand. Answers µs per write. */
export async function pushOnce(arena: Arena, task: PushTask): Promise<Times> {
  const bills = Array.from({ length: task.count }, (_, number) => billOf(task.bytes, number));
  const writeCount = task.count * task.writesPerKey;
  return {
    engine: (await pushByEngine(arena, bills, task)) / writeCount,
    raw: (await pushByHand(byHand(arena.atlas), bills, task)) / writeCount,
  };
}

async function pushByEngine({ a }: Arena, bills: readonly Bill[], task: PushTask): Promise<number> {
  if (task.kind === 'edited') {
    const seeded = timeUntilSynced(a.sync, { direction: 'local-to-atlas', count: bills.length });
    for (const page of inPages(bills, PAGE)) await a.Bill.insertMany(page);
    await seeded;
    await a.sync.idle();
  }
  await a.sync.pause({ direction: 'local-to-atlas' });
  if (task.kind === 'new') for (const page of inPages(bills, PAGE)) await a.Bill.insertMany(page);
  const updates = task.kind === 'new' ? task.writesPerKey - 1 : task.writesPerKey;
  for (let write = 0; write < updates; write++) {
    for (const page of inPages(bills, PAGE)) {
      await a.Bill.bulkWrite(
        page.map(({ _id }) => ({ updateOne: { filter: { _id }, update: { $inc: { number: 1 } } } })),
        { ordered: false },
      );
    }
  }
  const pushed = timeUntilSynced(a.sync, { direction: 'local-to-atlas', count: bills.length });
  await a.sync.resume({ direction: 'local-to-atlas' });
  return pushed;
}

/** The operations are made before; only the sending is timed. */
async function pushByHand(target: Collection, bills: readonly Bill[], task: PushTask): Promise<number> {
  const bases = new Map<Bill, Binary>();
  if (task.kind === 'edited')
    await target.bulkWrite(
      bills.map((bill) => create(bill, bases)),
      MAJORITY,
    );
  const rounds = Array.from({ length: task.writesPerKey }, (_, round) =>
    bills.map((bill) => (task.kind === 'new' && round === 0 ? create(bill, bases) : replace(bill, bases))),
  );
  const startedMs = performance.now();
  for (const operations of rounds) {
    for (const page of inPages(operations, PAGE)) await target.bulkWrite([...page], MAJORITY);
  }
  return (performance.now() - startedMs) * 1000;
}

function create(bill: Bill, bases: Map<Bill, Binary>): AnyBulkWriteOperation {
  const { document, stamp } = versionOf(bill);
  bases.set(bill, stamp);
  return { insertOne: { document } };
}

function replace(bill: Bill, bases: Map<Bill, Binary>): AnyBulkWriteOperation {
  const base = bases.get(bill);
  if (!base) throw new Error('a bill to replace has a version');
  const { document, stamp } = versionOf({ ...bill, number: bill.number + 1 });
  bases.set(bill, stamp);
  return { replaceOne: { filter: onAtlas(bill, base), replacement: document } };
}

import { setTimeout as pause } from 'node:timers/promises';
import { type ChangeStream, type Collection, type Db, type Document } from 'mongodb';
import { billOf } from '../capture/bill.js';
import { type Arena, byHand, SYNCED } from './arena.js';
import { versionOf } from './version.js';

/** A hundred writes a second at most. */
const REST_MS = 10;

/** Hears when a document comes by in a collection's change stream. */
class Arrivals {
  readonly #awaited = new Map<string, () => void>();
  readonly #stream: ChangeStream;

  private constructor(stream: ChangeStream) {
    this.#stream = stream;
  }

  static async at(collection: Collection): Promise<Arrivals> {
    const arrivals = new Arrivals(collection.watch([], { maxAwaitTimeMS: 100 }));
    await arrivals.#hear();
    void arrivals.#listen();
    return arrivals;
  }

  async #listen(): Promise<void> {
    while (!this.#stream.closed) await this.#hear().catch(() => undefined); // closing it ends its last question
  }

  async #hear(): Promise<void> {
    const event: Document | null = await this.#stream.tryNext();
    if (event) this.#awaited.get(String(event['documentKey']?._id))?.();
  }

  of(id: unknown): Promise<number> {
    return new Promise((resolve) => {
      this.#awaited.set(String(id), () => {
        this.#awaited.delete(String(id));
        resolve(performance.now());
      });
    });
  }

  close(): Promise<void> {
    return this.#stream.close();
  }
}

/** How long each hop took, of each write in turn, in µs. */
export interface Propagation {
  readonly 'Local to Atlas': readonly number[];
  readonly 'Atlas to Local': readonly number[];
  readonly raw: readonly number[];
}

/** One write at a time: through bomba-sync from a to b, and by hand from Atlas to b's Local. */
export async function propagate(arena: Arena, count: number): Promise<Propagation> {
  const { atlas, a, b } = arena;
  const watch = (db: Db, name: string): Promise<Arrivals> => Arrivals.at(db.collection(name));
  const [onAtlas, onB] = [await watch(atlas, SYNCED), await watch(b.local, SYNCED)];
  const [handOnAtlas, handOnB] = [
    await watch(atlas, byHand(atlas).collectionName),
    await watch(b.local, byHand(b.local).collectionName),
  ];
  const times = { 'Local to Atlas': [] as number[], 'Atlas to Local': [] as number[], raw: [] as number[] };
  for (let n = 0; n < count; n++) {
    const bill = billOf(250, n);
    const there = onAtlas.of(bill._id);
    const here = onB.of(bill._id);
    await a.Bill.create(bill);
    const writtenMs = performance.now();
    const onAtlasMs = await there;
    times['Local to Atlas'].push(Math.max(0, onAtlasMs - writtenMs) * 1000);
    times['Atlas to Local'].push(Math.max(0, (await here) - onAtlasMs) * 1000);
    await pause(REST_MS);
    times.raw.push(await byHandOnce(arena, { handOnAtlas, handOnB, n }));
    await pause(REST_MS);
  }
  for (const arrivals of [onAtlas, onB, handOnAtlas, handOnB]) await arrivals.close();
  return times;
}

/** Receipt through a raw stream, and one raw update: what one hop cannot do without. */
async function byHandOnce(
  { atlas, b }: Arena,
  at: { readonly handOnAtlas: Arrivals; readonly handOnB: Arrivals; readonly n: number },
): Promise<number> {
  const bill = billOf(250, at.n);
  const { document } = versionOf(bill);
  const received = at.handOnAtlas.of(bill._id);
  const stored = at.handOnB.of(bill._id);
  await byHand(atlas).insertOne(document);
  const writtenMs = performance.now();
  await received;
  await byHand(b.local).updateOne({ _id: bill._id }, { $set: document }, { upsert: true });
  return Math.max(0, (await stored) - writtenMs) * 1000;
}

import { type Binary } from 'mongodb';
import { type Bill, billOf } from '../capture/bill.js';
import { timeUntilSynced } from '../sync/arena.js';
import { inPages } from '../sync/times.js';
import { onAtlas, versionOf } from '../sync/version.js';
import { BY_MONGOOSE, collectionOf, type Counter, type Lane, lanes } from './counter.js';

const PAGE = 1_000;

interface Known {
  bill: Bill;
  base: Binary;
}

/** Documents that a branch holds, of which another instance writes new versions: by each lane, and by Mongoose alone. */
export class ApplyTask {
  readonly #counter: Counter;
  readonly #known: ReadonlyMap<Lane, readonly Known[]>;
  readonly #ids: readonly Bill[];

  private constructor(counter: Counter, known: ReadonlyMap<Lane, readonly Known[]>, ids: readonly Bill[]) {
    this.#counter = counter;
    this.#known = known;
    this.#ids = ids;
  }

  /** Puts the documents there. */
  static async prepare(
    counter: Counter,
    { count, bytes }: { readonly count: number; readonly bytes: number },
  ): Promise<ApplyTask> {
    const bills = Array.from({ length: count }, (_, number) => billOf(bytes, number));
    const known = new Map<Lane, readonly Known[]>();
    for (const lane of Object.keys(lanes) as Lane[]) {
      const versions = bills.map((bill) => ({ bill, ...versionOf(bill) }));
      const collection = collectionOf(lane);
      const here = timeUntilSynced(counter.sync, { direction: 'atlas-to-local', count, collection });
      for (const page of inPages(versions, PAGE))
        await counter.atlas.collection(collection).insertMany(page.map(({ document }) => document));
      await here;
      known.set(
        lane,
        versions.map(({ bill, stamp }) => ({ bill, base: stamp })),
      );
    }
    for (const page of inPages(bills, PAGE))
      await counter.local.collection<Bill>(BY_MONGOOSE).insertMany([...page]);
    return new ApplyTask(counter, known, bills);
  }

  /** New versions come to Local by that lane. Answers µs per document. */
  async apply(lane: Lane): Promise<number> {
    const { sync, atlas } = this.#counter;
    const [known, collection] = [this.#known.get(lane) ?? [], collectionOf(lane)];
    await sync.stop();
    for (const page of inPages(known, PAGE)) {
      const writes = page.map((each) => {
        const bill = edited(each.bill);
        const { document, stamp } = versionOf(bill);
        const filter = onAtlas(each.bill, each.base);
        Object.assign(each, { bill, base: stamp });
        return { replaceOne: { filter, replacement: document } };
      });
      await atlas.collection(collection).bulkWrite(writes, { ordered: false });
    }
    const here = timeUntilSynced(sync, { direction: 'atlas-to-local', count: known.length, collection });
    await sync.start();
    return (await here) / known.length;
  }

  /** The same edits by Mongoose: read, set, and saved together with validation and hooks. Answers µs per document. */
  async save(): Promise<number> {
    const { Plain } = this.#counter;
    const startedMs = performance.now();
    for (const page of inPages(this.#ids, PAGE)) {
      const documents = await Plain.find({ _id: { $in: page.map(({ _id }) => _id) } });
      for (const document of documents) document.set(edited(document.toObject()));
      await Plain.bulkSave(documents, { timestamps: false });
    }
    return ((performance.now() - startedMs) * 1000) / this.#ids.length;
  }
}

function edited(bill: Bill): Bill {
  const number = bill.number + 1;
  return { ...bill, number, total: number * 1.25, isPaid: !bill.isPaid };
}

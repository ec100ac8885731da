import { type Binary, type Collection, type Db, type Timestamp } from 'mongodb';
import { type Bill, billOf } from '../capture/bill.js';
import { type Arena, byHand, SYNCED, timeUntilSynced } from './arena.js';
import { inPages, type Times } from './times.js';
import { onAtlas, onLocal, versionOf } from './version.js';

const PAGE = 1_000;
const DURABLE = { ordered: false, writeConcern: { w: 'majority', journal: true } } as const;

interface Known {
  readonly bill: Bill;
  base: Binary;
}

/** Documents that all sides hold, of which another instance writes new versions while the branch is away. */
export class PullTask {
  readonly #arena: Arena;
  readonly #known: readonly Known[];

  private constructor(arena: Arena, known: readonly Known[]) {
    this.#arena = arena;
    this.#known = known;
  }

  /** Puts the documents there. */
  static async prepare(arena: Arena, { count, bytes }: { count: number; bytes: number }): Promise<PullTask> {
    const versions = Array.from({ length: count }, (_, number) => {
      const bill = billOf(bytes, number);
      return { bill, ...versionOf(bill) };
    });
    const here = timeUntilSynced(arena.b.sync, { direction: 'atlas-to-local', count });
    for (const page of inPages(versions, PAGE)) {
      const documents = page.map(({ document }) => document);
      await arena.atlas.collection(SYNCED).insertMany(documents);
      await byHand(arena.b.local).insertMany(documents);
    }
    await here;
    await arena.b.sync.idle();
    return new PullTask(
      arena,
      versions.map(({ bill, stamp }) => ({ bill, base: stamp })),
    );
  }

  /**
   * Writes a new version of each, lets the branch catch up, reads the same events raw, and writes the same
   * compare-and-sets by hand. Answers µs per event.
   */
  async run(): Promise<Times & { readonly receipt: number; readonly writing: number }> {
    const { atlas, b } = this.#arena;
    const count = this.#known.length;
    await b.sync.stop();
    const from = (await atlas.command({ hello: 1 }))['operationTime'] as Timestamp;
    const writing = await this.#writeVersions(byHand(b.local));
    const here = timeUntilSynced(b.sync, { direction: 'atlas-to-local', count });
    await b.sync.start();
    const engine = await here;
    const receipt = await drain(atlas, { from, count });
    return {
      engine: engine / count,
      raw: (receipt + writing) / count,
      ...{ receipt: receipt / count, writing: writing / count },
    };
  }

  /** New versions go to Atlas, as it is, and to a collection of Local's, timed. */
  async #writeVersions(local: Collection): Promise<number> {
    let tookMs = 0;
    for (const page of inPages(this.#known, PAGE)) {
      const next = page.map((known) => ({ known, ...versionOf(known.bill) }));
      const toAtlas = next.map(({ known: { bill, base }, document }) => ({
        replaceOne: { filter: onAtlas(bill, base), replacement: document },
      }));
      const toLocal = next.map(({ known: { bill, base }, document }) => ({
        replaceOne: { filter: onLocal(bill, base), replacement: document },
      }));
      await this.#arena.atlas.collection(SYNCED).bulkWrite(toAtlas, { ordered: false });
      const startedMs = performance.now();
      await local.bulkWrite(toLocal, DURABLE);
      tookMs += performance.now() - startedMs;
      for (const { known, stamp } of next) known.base = stamp;
    }
    return tookMs * 1000;
  }
}

/** Reads the events of a time on raw, without looking into them. Answers µs. */
async function drain(db: Db, { from, count }: { from: Timestamp; count: number }): Promise<number> {
  const pipeline = [{ $changeStream: { startAtOperationTime: from } }, { $match: { 'ns.coll': SYNCED } }];
  const startedMs = performance.now();
  const opened = await db.command({ aggregate: 1, pipeline, cursor: { batchSize: 0 } });
  const { id } = opened['cursor'] as { id: bigint };
  let seen = 0;
  const fieldsAsRaw = { nextBatch: true };
  while (seen < count) {
    const command = { getMore: id, collection: '$cmd.aggregate', batchSize: PAGE };
    const { cursor } = await db.command(command, { fieldsAsRaw, promoteLongs: false });
    seen += (cursor as { nextBatch: readonly unknown[] }).nextBatch.length;
  }
  const tookMs = performance.now() - startedMs;
  await db.command({ killCursors: '$cmd.aggregate', cursors: [id] });
  return tookMs * 1000;
}

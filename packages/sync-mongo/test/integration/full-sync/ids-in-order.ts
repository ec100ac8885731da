import {
  Binary,
  Code,
  type Db,
  Decimal128,
  type Document,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
} from 'mongodb';
import { documentKeyOf } from '../../../src/bson/document-key.js';
import { idsOfAllTypes } from '../../unit/bson/ids-of-all-types.js';

const PROBE = 'order-probe';
const ofAllTypes = idsOfAllTypes(3).map(({ value }) => value);
const is = (test: (value: unknown) => boolean): readonly unknown[] => ofAllTypes.filter(test);
const isNumber = (value: unknown): boolean =>
  !(value instanceof Timestamp) && // which extends Long
  [Int32, Double, Long, Decimal128].some((type) => value instanceof type);

/** `_id`s that the server compares by value, class by class, no two of one key. */
const classes: readonly (readonly unknown[])[] = [
  [
    ...[...is(isNumber), NaN, Infinity, -Infinity, new Double(-0.5), new Double(-1e-9)],
    ...[new Int32(-7), new Double(-0), Long.MAX_VALUE, Long.MIN_VALUE],
    ...[Decimal128.fromString('1E+6000'), Decimal128.fromString('-1E-6000'), Decimal128.fromString('-7.5')],
  ],
  [...is((value) => typeof value === 'string'), '', 'a', '3', 'é'],
  [...is((value) => value instanceof ObjectId), new ObjectId('ffffffffffffffffffffffff')],
  [...is((value) => value instanceof Binary), ...[0, 5].map((type) => new Binary(Buffer.from('odd'), type))],
  [...is((value) => value instanceof Date), new Date(-1)],
  is((value) => value instanceof Timestamp),
  is((value) => value instanceof Code),
  [...is((value) => value instanceof Map), new Map(), new Map([['c', new Map([['d', new Double(0.5)]])]])],
  ...[[true, false], [null], [new MinKey()], [new MaxKey()]],
];

/** `_id`s of all types, as far as these servers are right about them. */
export interface IdsInOrder {
  readonly ids: readonly unknown[];
  /** Those of them that a server does not change by their name, so that nothing can be repaired. */
  readonly unwritable: readonly unknown[];
}

/**
 * `_id`s of all types of which each server sorts those of one class as it compares them, tried by the plain driver. A real
 * mongod always does; sandbox servers do not with all embedded documents, binaries and decimals. What is left out is said.
 */
export async function idsInOrder(servers: readonly Db[]): Promise<IdsInOrder> {
  const ids: unknown[] = [];
  const others: string[] = [];
  for (const each of classes) {
    let inOrder: readonly unknown[] = [];
    for (const id of unique(each)) {
      const more = [...inOrder, id];
      const areAll = await Promise.all(servers.map((db) => isSortedAsCompared(db, more)));
      if (areAll.every(Boolean)) inOrder = more;
      else others.push(keyOf(id));
    }
    ids.push(...inOrder);
  }
  const unwritable: unknown[] = [];
  for (const id of ids) {
    const areWritten = await Promise.all(servers.map((db) => isWritable(db, id)));
    if (!areWritten.every(Boolean)) unwritable.push(id);
  }
  await Promise.all(servers.map((db) => db.collection(PROBE).drop()));
  if (others.length > 0) process.stderr.write(`not sorted as compared here: ${others.join(', ')}\n`);
  if (unwritable.length > 0) process.stderr.write(`not written here: ${unwritable.map(keyOf).join(', ')}\n`);
  return { ids, unwritable };
}

async function isWritable(db: Db, id: unknown): Promise<boolean> {
  const probe = db.collection(PROBE);
  await probe.deleteMany({});
  const document = new Map([['_id', id]]) as unknown as Document;
  await probe.insertOne(document, { forceServerObjectId: true });
  const written = probe.updateOne({ _id: id } as Document, { $set: { changed: true } });
  return written.then(
    ({ modifiedCount }) => modifiedCount === 1,
    () => false,
  );
}

async function isSortedAsCompared(db: Db, ids: readonly unknown[]): Promise<boolean> {
  const probe = db.collection(PROBE);
  await probe.deleteMany({});
  await probe.insertMany(
    ids.map((id) => new Map([['_id', id]]) as unknown as Document),
    { forceServerObjectId: true },
  );
  const read = async (filter: Document): Promise<readonly string[]> =>
    (await probe.find(filter, { sort: { _id: 1 }, promoteValues: false }).toArray()).map(({ _id }) =>
      keyOf(_id),
    );
  const order = await read({});
  for (const id of ids) {
    if (Number.isNaN(id)) continue; // nothing is greater than it
    const behind = order.slice(order.indexOf(keyOf(id)) + 1);
    if ((await read({ _id: { $gt: id } })).join() !== behind.join()) return false;
  }
  return order.length === ids.length;
}

const keyOf = (id: unknown): string => documentKeyOf('items', id);

function unique(ids: readonly unknown[]): readonly unknown[] {
  return [...new Map(ids.map((id) => [keyOf(id), id])).values()];
}

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '@bomba/sync-testkit';
import fc from 'fast-check';
import { type AnyBulkWriteOperation, ObjectId } from 'mongodb';
import { type Bill, type Cafe, startTwoCafes } from '../apply/cafe.js';
import { type TwoBranches } from '../slice/two-branches.js';

const COUNT = 120;
const TIMEOUT_MS = 120_000;

let world: TwoBranches;
let a: Cafe;
let b: Cafe;

beforeAll(async () => {
  ({ world, a, b } = await startTwoCafes());
});
afterAll(async () => world.stop());

const anyAmount = fc.integer({ min: 0, max: 300 }); // 666 takes three lines at least, and is filtered
const anyLines = fc
  .array(fc.record({ price: anyAmount, quantity: fc.integer({ min: 1, max: 3 }) }), { maxLength: 3 })
  .filter((lines) => totalOf({ lines }) !== 666);
const anyContent = fc.record({ lines: anyLines, paid: anyAmount });
const anyCase = fc.record({
  first: anyContent,
  then: anyContent,
  kind: fc.constantFrom('insert', 'update', 'replace', 'invalid', 'delete'),
});
type Content = Pick<Bill, 'lines' | 'paid'>;
type Case = {
  readonly _id: ObjectId;
  readonly first: Content;
  readonly then: Content;
  readonly kind: string;
};

function totalOf({ lines }: Pick<Content, 'lines'>): number {
  return lines.reduce((sum, { price, quantity }) => sum + price * quantity, 0);
}

/** What the model of a bill makes of its content. */
function computed(content: Content): Content & { readonly total: number; readonly status: string } {
  const total = totalOf(content);
  return { ...content, total, status: content.paid >= total ? 'paid' : 'open' };
}

/** Done on Atlas by a hand that knows of no model. */
function changeOf({ _id, then, kind }: Case): AnyBulkWriteOperation | null {
  if (kind === 'update') return { updateOne: { filter: { _id }, update: { $set: then } } };
  if (kind === 'replace') return { replaceOne: { filter: { _id }, replacement: { ...then } } };
  if (kind === 'delete') return { deleteOne: { filter: { _id } } };
  if (kind === 'invalid')
    return { updateOne: { filter: { _id }, update: { $set: { lines: [{ price: -1, quantity: 1 }] } } } };
  return null;
}

/** What a branch holds in the end: what is not valid is not taken, so what was there before stays. */
function expectedOf({ _id, first, then, kind }: Case): object | null {
  if (kind === 'delete') return null;
  return { _id, ...computed(kind === 'update' || kind === 'replace' ? then : first) };
}

async function arrived(cases: readonly Case[], expected: (each: Case) => object | null): Promise<void> {
  for (const { Bill } of [a, b]) {
    await waitFor(
      async () => {
        for (const each of cases) expect(await Bill.findById(each._id).lean()).toEqual(expected(each));
        return true;
      },
      { what: 'all bills as their model makes them', timeoutMs: 60_000, everyMs: 200 },
    );
  }
}

describe('an operation on Atlas', () => {
  it(
    '**Feature: bidirectional-sync, Property 1: Atlas to Local replication with business logic** For any operation ' +
      '(insert, update, delete) performed on Atlas, the same operation should be replicated to Local MongoDB with ' +
      'proper execution of Mongoose pre-save hooks, validation, and calculated fields',
    async () => {
      const cases: Case[] = fc.sample(anyCase, COUNT).map((each) => ({ _id: new ObjectId(), ...each }));
      const bills = world.atlas.collection('bills');
      await bills.insertMany(cases.map(({ _id, first }) => ({ _id, ...first })));
      await arrived(cases, ({ _id, first }) => ({ _id, ...computed(first) }));
      for (const { sync } of [a, b]) await sync.idle();
      await bills.bulkWrite(cases.map(changeOf).filter((change) => change !== null));
      await arrived(cases, expectedOf);
      for (const { sync } of [a, b]) await sync.idle();
      await arrived(cases, expectedOf);
      const invalid = cases.filter(({ kind }) => kind === 'invalid');
      for (const { sync } of [a, b]) {
        const refused = (await sync.quarantine.list({ limit: COUNT }))
          .map(({ documentId }) => documentId)
          .toSorted();
        expect(refused.map((id) => id.slice(-24))).toEqual(invalid.map(({ _id }) => String(_id)).toSorted());
      }
    },
    TIMEOUT_MS,
  );
});

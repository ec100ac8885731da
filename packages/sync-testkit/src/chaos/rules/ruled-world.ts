import { BSON, type Db, type Document } from 'mongodb';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ATLAS, type LoggedWrite, type Place } from '../checker/recorded-history.js';
import { readLog } from '../world/operation-files.js';
import { type ForeignRuledWrite } from './plan-rules.js';
import {
  computedOf,
  type NoteWrite,
  type OrderWrite,
  type QuarantinedState,
  type RuledEnd,
  tillOf,
} from './ruled-history.js';

const { EJSON } = BSON;
const DUPLICATE_KEY = 11_000;
/** Fields of an order that need not be the same everywhere. */
const APART: ReadonlySet<string> = new Set(['_syncMeta', 'till']);
const TEXT_KEY = /str:(.*)$/;

/** The indexes that the application's models have, as its deployment made them on all servers. */
export async function prepareRules(db: Db): Promise<void> {
  await db.collection('orders').createIndexes([{ key: { number: 1 }, unique: true }]);
}

/** Writes on Atlas as mongosh would: without what models compute, and whether they accept it or not. */
export async function writeForeignRuled(
  db: Db,
  { kind, number }: ForeignRuledWrite,
  token: string,
): Promise<OrderWrite | NoteWrite> {
  const write = { token, place: ATLAS };
  if (kind === 'note') {
    await db.collection<Document & { _id: string }>('notes').insertOne({ _id: token, v: token });
    return { ...write, outcome: 'acknowledged' };
  }
  const isValid = kind === 'order';
  const order = { _id: token, v: token, number, amount: isValid ? 1 : -1, till: tillOf(token) };
  try {
    await db.collection<typeof order>('orders').insertOne(order);
    return { ...write, number, isValid, outcome: 'acknowledged' };
  } catch (error) {
    if ((error as { readonly code?: unknown }).code !== DUPLICATE_KEY) throw error;
    return { ...write, number, isValid, outcome: 'failed' };
  }
}

/** The orders and notes that processes logged. */
export function readRuledWrites(directory: string): {
  readonly orders: readonly OrderWrite[];
  readonly notes: readonly NoteWrite[];
} {
  const files = readdirSync(directory).filter((name) => name.endsWith('.log'));
  const lines = files.flatMap((name) =>
    readLog(join(directory, name)).map((line) => ({ ...line, place: name.split('.')[0] ?? '' })),
  );
  const outcomes = new Map(
    lines.flatMap(({ token, outcome }) => (token && outcome ? [[token, outcome]] : [])),
  );
  const outcomeOf = (token: string): LoggedWrite['outcome'] => outcomes.get(token) ?? 'open';
  const begun = lines.flatMap((line) => (line.token !== undefined ? [{ ...line, token: line.token }] : []));
  return {
    orders: begun.flatMap(({ token, place, order }) =>
      order === undefined ? [] : [{ token, place, number: order, isValid: true, outcome: outcomeOf(token) }],
    ),
    notes: begun.flatMap(({ token, place, isNote }) =>
      isNote === true ? [{ token, place, outcome: outcomeOf(token) }] : [],
    ),
  };
}

/** What a place holds of what has rules. Read by the driver alone, with nothing of the product. */
export async function readRuledEnd(db: Db, place: Place): Promise<RuledEnd> {
  const [orders, notes, items, quarantined] = await Promise.all(
    ['orders', 'notes', 'items', '_sync_quarantine'].map((name) => db.collection(name).find().toArray()),
  );
  const exact = await db.collection('orders').find({}, { promoteValues: false }).toArray();
  const fingerprints = new Map(exact.map((order) => [String(order._id), fingerprintOf(order)]));
  return {
    place,
    orders: (orders ?? []).map(({ _id, number, label, till }) => ({
      token: String(_id),
      number: Number(number),
      label: typeof label === 'string' ? label : null,
      till: typeof till === 'string' ? till : null,
      fingerprint: fingerprints.get(String(_id)) ?? '',
    })),
    notes: (notes ?? []).map(({ _id }) => String(_id)),
    quarantined: place === ATLAS ? [] : (quarantined ?? []).map(quarantinedOf),
    underived: (items ?? []).filter(({ v, d }) => d !== computedOf(String(v))).map(({ _id }) => String(_id)),
  };
}

function fingerprintOf(order: Document): string {
  const content = Object.fromEntries(Object.entries(order).filter(([name]) => !APART.has(name)));
  const meta = order['_syncMeta'] as Document | undefined;
  const version = EJSON.stringify((meta?.['stamp'] as unknown) ?? 'no version');
  return `${EJSON.stringify(content, { relaxed: false })} ${version}`;
}

function quarantinedOf(record: Document): QuarantinedState {
  const number: unknown = (record['conflictingKey'] as Document | undefined)?.['number'];
  return {
    collection: String(record['collection']),
    token: textOf(record['documentId']) ?? '',
    code: String(record['code']),
    direction: String(record['direction']),
    number: typeof number === 'number' ? number : null,
    winner: textOf(record['winnerId']),
  };
}

/** The text that a key in a record stands for. */
function textOf(key: unknown): string | null {
  return typeof key === 'string' ? (TEXT_KEY.exec(key)?.[1] ?? null) : null;
}

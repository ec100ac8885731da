import { type Body } from '@bomba/sync-core';
import { Binary, type Collection, type Document } from 'mongodb';

/**
 * The most of a state that one record holds: beside it there must be room for what is said about it. A larger state,
 * which is at most as large as a document may be, has a second record for the rest.
 */
const MAX_PART_BYTES = 15 * 1024 * 1024;

/** The rest of a state that is too large for one record. */
interface StatePart {
  readonly _id: string;
  readonly partOf: string;
  readonly state: Binary;
}

/** A state as records hold it. */
export interface StateParts {
  /** Of the record itself. */
  readonly first: { readonly state: Binary | null; readonly parts: readonly string[] };
  /** What is to be stored beside it. */
  readonly parts: readonly StatePart[];
}

/** Cuts a state so that each part fits a record. */
export function partsOf(id: string, body: Body | null, maxBytes = MAX_PART_BYTES): StateParts {
  if (body === null) return { first: { state: null, parts: [] }, parts: [] };
  const cuts = Array.from(
    { length: Math.max(1, Math.ceil(body.length / maxBytes)) },
    (_, i) => new Binary(body.subarray(i * maxBytes, (i + 1) * maxBytes)),
  );
  const [state = null, ...rest] = cuts;
  const parts = rest.map((part, i) => ({ _id: `${id} part ${i + 2}`, partOf: id, state: part }));
  return { first: { state, parts: parts.map(({ _id }) => _id) }, parts };
}

/** The state of a record, put together; null where it has none, or a part has not arrived yet. */
export async function joinParts<Record extends Document & { readonly _id: string }>(
  records: Collection<Record>,
  record: Document,
): Promise<Body | null> {
  const first: unknown = record['state'];
  if (!(first instanceof Binary)) return null;
  const found = [first];
  for (const _id of partIds(record)) {
    const part = await (records as unknown as Collection<StatePart>).findOne({ _id });
    if (!part) return null;
    found.push(part.state);
  }
  return Buffer.concat(found.map((part) => part.value()));
}

/** The ids of the records that hold the rest of a state. */
export function partIds({ parts }: Document): readonly string[] {
  return Array.isArray(parts) ? parts.map(String) : [];
}

/** What is a record of its own, not the rest of another one's state. */
export const isRecord = { partOf: { $exists: false } } as const;

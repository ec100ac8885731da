import { type Document } from 'mongodb';

/** The places of a write command's statements that the server refused, though it carried out the command. */
export function refusedStatements(reply: unknown): ReadonlySet<number> {
  const { writeErrors, cursor } = (reply ?? {}) as Document;
  const errors = list(writeErrors).map(({ index }) => Number(index));
  // Those of a client's bulk.
  const results = list((cursor as Document | undefined)?.['firstBatch']).filter(({ ok }) => Number(ok) === 0);
  return new Set([...errors, ...results.map(({ idx }) => Number(idx))]);
}

function list(value: unknown): readonly Document[] {
  return Array.isArray(value) ? (value as readonly Document[]) : [];
}

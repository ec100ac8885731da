import { type Binary } from 'mongodb';
import { type Fields } from './fields.js';
import { narrow } from './pinned-id.js';
import { DIRTY, STAMP } from './sync-meta.js';

/** Documents that an operation of this id has written, pushed since or not. */
export function writtenBy(id: Binary): Fields {
  return { $or: [{ [DIRTY]: id }, { [STAMP]: id }] };
}

/** The filter of an operation that is tried again, for documents that it has not written yet. */
export function notYetWritten(filter: unknown, id: Binary): Fields {
  return narrow(narrow(filter, DIRTY, { $ne: id }), STAMP, { $ne: id });
}

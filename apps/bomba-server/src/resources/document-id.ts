import { Types } from 'mongoose';
import { HttpProblem } from '../http/http-problem.js';

/** Reads the id of a document. Only the 24 hexadecimal digits of an ObjectId are one: nothing else gets into a query. */
export function parseDocumentId(value: unknown): Types.ObjectId {
  if (typeof value === 'string' && /^[0-9a-f]{24}$/i.test(value)) return new Types.ObjectId(value);
  throw new HttpProblem(400, 'This is not an id: an id has 24 hexadecimal digits.');
}

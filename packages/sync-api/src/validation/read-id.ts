import { type Request } from 'express';
import { readFields } from './read-fields.js';
import { text } from './rule.js';

const id = text(512);

/** The id in the path. */
export function readId({ params }: Pick<Request, 'params'>): string {
  return readFields({ id: params.id }, { id }).id;
}

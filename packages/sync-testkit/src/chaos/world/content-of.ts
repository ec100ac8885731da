import { type Document } from 'mongodb';
import { type Content } from '../checker/recorded-history.js';

/** What a stored document says of the write that made it. */
export function contentOf({ v, w, n }: Document): Content {
  return { token: String(v), copy: String(w), n: Number(n) };
}

import { type Stamp } from '@bomba/sync-core';
import { type Document } from 'mongodb';
import { toBinary } from '../bson/stamp-binary.js';

/** The expression for the later of a stored stamp and this one; a missing one is the earliest. */
export function greaterOf(path: string, stamp: Stamp): Document {
  const given = { $literal: toBinary(stamp) };
  return { $cond: [{ $gt: [path, given] }, path, given] };
}

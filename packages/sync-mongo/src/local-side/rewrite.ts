import { isRefusal, type LocalOperation, type Refusal } from '@bomba/sync-core';
import { type Collection, type Document } from 'mongodb';
import { documentPlaceOf } from '../bson/document-key.js';
import { joinDocument } from '../bson/join-document.js';
import { toBinary } from '../bson/stamp-binary.js';
import { readLocalMarks, withoutMarks } from '../bson/sync-meta.js';
import { refusalOrThrow } from '../errors/refusal-of.js';
import { orRefusal } from '../side/prepare-writes.js';
import { excludedIn } from '../fields/excluded-fields.js';
import { forgetLeft, withLeft } from '../fields/left-fields.js';
import { onlyExcluded, withExcluded } from '../fields/take-out.js';
import { findSplit } from '../side/read-raw.js';
import { expectedFilter, isExpected } from './expected-filter.js';
import { durable, type LocalContext } from './local-context.js';

type Entry = Extract<LocalOperation, { readonly op: 'rewrite' }>['entries'][number];

type Writing = Pick<LocalContext, 'db' | 'excluded'>;

/**
 * Replaces the content of documents as an application would, where they are as they were looked at, or absent; the base
 * stays.
 */
export async function rewrite(
  context: Writing,
  entries: readonly Entry[],
): Promise<readonly (boolean | Refusal)[]> {
  const answers: (boolean | Refusal)[] = [];
  for (const entry of entries) answers.push(await rewriteOne(context, entry));
  return answers;
}

async function rewriteOne(
  context: Writing,
  { key, expected, dirty, body }: Entry,
): Promise<boolean | Refusal> {
  const { collection, id } = documentPlaceOf(key);
  const place = context.db.collection(collection);
  if (expected === null) {
    const whole = await withLeft(context, { key, body });
    const inserted = await insertWrite(place, { id, dirty, body: whole });
    if (inserted === true) await forgetLeft(context.db, [key]);
    return inserted;
  }
  const [found] = await findSplit(place, { _id: id });
  if (!found || !isExpected(readLocalMarks(found.meta), expected)) return false;
  const meta = { ...withoutMarks(found.meta ?? {}), dirty: toBinary(dirty) };
  const set = excludedIn(context, collection);
  const content = withExcluded(body, onlyExcluded(found.body, set), set);
  const document = orRefusal(() => joinDocument(content, meta));
  if (isRefusal(document)) return document;
  const options = { writeConcern: durable };
  try {
    const { matchedCount } = await place.replaceOne(expectedFilter(id, expected), document, options);
    return matchedCount === 1;
  } catch (error) {
    return refusalOrThrow(error);
  }
}

async function insertWrite(
  place: Collection,
  { id, dirty, body }: Pick<Entry, 'dirty' | 'body'> & { readonly id: unknown },
): Promise<boolean | Refusal> {
  const document = orRefusal(() => joinDocument(body, { dirty: toBinary(dirty) }));
  if (isRefusal(document)) return document;
  try {
    await place.insertOne(document, { writeConcern: durable, forceServerObjectId: true });
    return true;
  } catch (error) {
    const isThere = (await place.countDocuments({ _id: id } as Document, { limit: 1 })) > 0;
    return isThere ? false : refusalOrThrow(error);
  }
}

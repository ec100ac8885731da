import {
  collectionOf,
  type DocumentKey,
  type Expected,
  type LocalMarks,
  type LocalOperation,
  type Refusal,
  type StoredState,
} from '@bomba/sync-core';
import { type AnyBulkWriteOperation, type Document } from 'mongodb';
import { documentPlaceOf } from '../bson/document-key.js';
import { joinDocument } from '../bson/join-document.js';
import { toBinary } from '../bson/stamp-binary.js';
import { readLocalMarks, readVersionMeta, writeVersionMeta } from '../bson/sync-meta.js';
import { refusalOf, refusalOrThrow } from '../errors/refusal-of.js';
import { excludedIn } from '../fields/excluded-fields.js';
import { type Kept, type KeptFields, nothingKept } from '../fields/keep-excluded.js';
import { forgetLeft, keptOnLocal, notedAsLeft } from '../fields/left-fields.js';
import { type BulkOutcome, type IndexedFailure } from '../side/bulk.js';
import { groupByCollection, type Placed } from '../side/group-by-collection.js';
import { isMissedInsert } from '../side/is-missed-insert.js';
import { prepareWrites } from '../side/prepare-writes.js';
import { replaceMeta } from '../side/replace-meta.js';
import { wholeReplacement } from '../side/whole-replacement.js';
import { amendMarks, wholeMarks } from './change-marks.js';
import { expectedFilter, isExpected, writtenSinceFilter } from './expected-filter.js';
import { durable, type LockingContext } from './local-context.js';
import { sendLocalBulk } from './local-bulk.js';
import { type LocalOutcome, type LocalWrite } from './local-write.js';
import { readMarks } from './read.js';

type EntryOf<Name extends LocalOperation['op']> = Extract<
  LocalOperation,
  { readonly op: Name; readonly entries: unknown }
>['entries'][number];

type Answer = boolean | Refusal;
type Keyed = EntryOf<'store'> | EntryOf<'insert'> | EntryOf<'amend'> | EntryOf<'remove'>;

/** Replaces whole documents, where they are still as they were looked at. */
export function store(
  context: LockingContext,
  entries: readonly EntryOf<'store'>[],
): Promise<readonly Answer[]> {
  return write(context, entries, {
    toOperation: ({ id, entry: { key, expected, state } }, kept) => {
      const filter = { ...expectedFilter(id, expected), ...kept(key).condition };
      return wholeReplacement(filter, stored(state, kept(key)));
    },
    kept: keptOnLocal,
    doneCount: ({ matchedCount }) => matchedCount,
    isDone: ({ state }, now) => now?.stamp === state.stamp && now.dirty === (state.dirty ?? null),
  });
}

/** Inserts states where no document is, with what such a document had left behind. */
export async function insert(
  context: LockingContext,
  entries: readonly EntryOf<'insert'>[],
): Promise<readonly Answer[]> {
  const answers = await write(context, entries, {
    toOperation: ({ entry: { key, state } }, kept) => ({
      insertOne: { document: stored(state, kept(key)) },
    }),
    kept: keptOnLocal,
    doneCount: ({ insertedCount }) => insertedCount,
    missesWherePresent: true,
    isDone: ({ state }, now) => now?.stamp === state.stamp && now.dirty === (state.dirty ?? null),
  });
  const mayReturn = ({ key }: Keyed): boolean => excludedIn(context, collectionOf(key)).paths.length > 0;
  const returned = entries.filter((entry, i) => answers[i] === true && mayReturn(entry));
  await forgetLeft(
    context.db,
    returned.map(({ key }) => key),
  );
  return answers;
}

/** Changes marks, where they are still as they were looked at. */
export async function amend(
  context: LockingContext,
  entries: readonly EntryOf<'amend'>[],
): Promise<readonly boolean[]> {
  const answers = await write(context, entries, {
    toOperation: ({ id, entry: { expected, set, orWrittenSince = false } }) => ({
      updateOne: {
        filter: orWrittenSince ? writtenSinceFilter(id, expected.stamp) : expectedFilter(id, expected),
        update: amendMarks(expected, set),
      },
    }),
    doneCount: ({ matchedCount }) => matchedCount,
    isDone: ({ expected, set, orWrittenSince = false }, now) =>
      now?.stamp === (set.base === undefined ? expected.stamp : (set.base?.stamp ?? null)) &&
      (orWrittenSince || now.dirty === (set.dirty === undefined ? expected.dirty : set.dirty)),
  });
  const amended: boolean[] = [];
  for (const [i, entry] of entries.entries()) {
    const isDone = answers[i] === true;
    amended.push(isDone || (!context.locks.isSuspect(entry.key) && (await amendSpoiled(context, entry))));
  }
  return amended;
}

/** Metadata that a foreign hand has spoiled, or that has just changed, or that may not be written: then this misses too. */
async function amendSpoiled(
  context: LockingContext,
  { key, expected, set }: EntryOf<'amend'>,
): Promise<boolean> {
  const { collection, id } = documentPlaceOf(key);
  const amended = replaceMeta(context.db.collection(collection), {
    id,
    writeConcern: durable,
    isAsLookedAt: ({ meta }) => isExpected(readLocalMarks(meta), expected),
    toMeta: ({ meta }) => wholeMarks(readVersionMeta(meta), expected, set),
  });
  return (await amended.catch(refusalOrThrow)) === true;
}

/** Removes documents, where they are still as they were looked at. */
export async function remove(
  context: LockingContext,
  entries: readonly EntryOf<'remove'>[],
): Promise<readonly boolean[]> {
  const answers = await write(context, entries, {
    toOperation: ({ id, entry }, kept) => ({
      deleteOne: { filter: { ...removalFilter(id, entry), ...kept(entry.key).condition } },
    }),
    kept: notedAsLeft,
    doneCount: ({ deletedCount }) => deletedCount,
    isDone: (_, now) => now === null,
  });
  return answers.map((answer) => answer === true);
}

/** A marked document carries the id of its delete, which nothing else has: that is enough to name it. */
function removalFilter(
  id: unknown,
  { expected, deleting = false }: { expected: Expected; deleting?: boolean },
): Document {
  return { ...expectedFilter(id, expected), ...(deleting && { '_syncMeta.deleting': true }) };
}

function stored({ body, dirty, derived, ...version }: StoredState, kept: KeptFields): Document {
  const marks = dirty && { dirty: toBinary(dirty), ...(derived && { derived }) };
  return joinDocument(kept.around(body), { ...writeVersionMeta(version), ...marks });
}

interface Form<Entry> {
  readonly toOperation: (placed: Placed<Entry>, kept: Kept) => AnyBulkWriteOperation;
  /** Which excluded fields it stores content around, or expects. Default: none. */
  readonly kept?: (context: LockingContext, keys: readonly DocumentKey[]) => Promise<Kept>;
  readonly doneCount: (outcome: BulkOutcome) => number;
  /** A duplicate key means that somebody was first, where the document itself is there; else it is a refusal. */
  readonly missesWherePresent?: boolean;
  /** Tells, where fewer were done than asked, whether this one was. */
  readonly isDone: (entry: Entry, now: LocalMarks | null) => boolean;
}

async function write<Entry extends Keyed>(
  context: LockingContext,
  entries: readonly Entry[],
  form: Form<Entry>,
): Promise<readonly Answer[]> {
  const answers: Answer[] = entries.map(() => true);
  for (const [collection, group] of groupByCollection(entries, ({ key }) => key)) {
    const kept = await keptOf(context, group, form);
    const toOperation = (placed: Placed<Entry>): AnyBulkWriteOperation => form.toOperation(placed, kept);
    const { ready, operations, refused } = prepareWrites(group, toOperation);
    for (const { index, refusal } of refused) answers[index] = refusal;
    if (ready.length === 0) continue;
    const outcome = await send(context, collection, writesOf(ready, operations));
    if (form.doneCount(outcome) === ready.length) continue;
    const now = await readMarks(
      context,
      ready.map(({ entry }) => entry.key),
    );
    ready.forEach(({ index, entry }, i) => {
      answers[index] = form.isDone(entry, now[i] ?? null);
    });
    for (const failure of outcome.failures) {
      const place = ready[failure.index];
      if (!place || answers[place.index] === true) continue;
      const isMiss =
        form.missesWherePresent === true &&
        (await isMissed(context, place, { form, failure, isThere: now[failure.index] !== null }));
      answers[place.index] = isMiss ? false : (refusalOf(failure) ?? false);
    }
  }
  return answers;
}

function isMissed<Entry extends Keyed>(
  context: LockingContext,
  place: Placed<Entry>,
  {
    form,
    failure,
    isThere,
  }: { readonly form: Form<Entry>; readonly failure: IndexedFailure; readonly isThere: boolean },
): Promise<boolean> {
  return isMissedInsert({
    failure,
    isPresent: async () => isThere || (await readMarks(context, [place.entry.key]))[0] != null,
    again: async () => {
      const kept = await keptOf(context, [place], form);
      const alone = writesOf([place], [form.toOperation(place, kept)]);
      return (await send(context, collectionOf(place.entry.key), alone)).failures[0] ?? null;
    },
  });
}

const nothingOfAny: Kept = () => nothingKept;

async function keptOf(
  context: LockingContext,
  group: readonly Placed<Keyed>[],
  { kept }: Pick<Form<never>, 'kept'>,
): Promise<Kept> {
  if (!kept) return nothingOfAny;
  return kept(
    context,
    group.map(({ entry }) => entry.key),
  );
}

function writesOf(
  places: readonly Placed<Keyed>[],
  operations: readonly AnyBulkWriteOperation[],
): readonly LocalWrite[] {
  return operations.flatMap((operation, i) => {
    const place = places[i];
    return place ? [{ key: place.entry.key, operation }] : [];
  });
}

function send(
  { db, locks }: LockingContext,
  collection: string,
  writes: readonly LocalWrite[],
): Promise<LocalOutcome> {
  return sendLocalBulk(db.collection(collection), writes, { locks, writeConcern: durable });
}

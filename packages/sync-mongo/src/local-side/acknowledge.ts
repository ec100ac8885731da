import { type LocalOperation, type LocalResults } from '@bomba/sync-core';
import { type Document } from 'mongodb';
import { toBinary } from '../bson/stamp-binary.js';
import { groupByCollection, type Placed } from '../side/group-by-collection.js';
import { acknowledgeBase, moveBase } from './change-marks.js';
import { writtenSinceFilter } from './expected-filter.js';
import { type LockingContext } from './local-context.js';
import { sendLocalBulk } from './local-bulk.js';
import { type LocalWrite } from './local-write.js';
import { readMarks } from './read.js';

type Entry = Extract<LocalOperation, { readonly op: 'acknowledge' }>['entries'][number];
type Answer = LocalResults['acknowledge'][number];

/**
 * Acknowledges pushed versions, in bulk. Where the application has written since, only the base moves on: a second
 * bulk, for those alone.
 */
export async function acknowledge(
  context: LockingContext,
  entries: readonly Entry[],
): Promise<readonly Answer[]> {
  const answers: Answer[] = entries.map(() => 'clean');
  for (const [collection, group] of groupByCollection(entries, ({ key }) => key)) {
    const exact = group.map(({ id, entry }) =>
      update(entry, { ...filterOf(id, entry), ...dirtyIs(entry) }, acknowledgeBase(entry)),
    );
    const { matchedCount } = await sendLocalBulk(context.db.collection(collection), exact, context);
    if (matchedCount < group.length) await settleRest(context, collection, { group, answers });
  }
  return answers;
}

async function settleRest(
  context: LockingContext,
  collection: string,
  { group, answers }: { readonly group: readonly Placed<Entry>[]; readonly answers: Answer[] },
): Promise<void> {
  const now = await readMarks(
    context,
    group.map(({ entry }) => entry.key),
  );
  const isClean = (i: number, { stamp }: Entry): boolean => now[i]?.stamp === stamp && now[i].dirty === null;
  const rest = group.filter(({ entry }, i) => !isClean(i, entry));
  for (const { index } of rest) answers[index] = 'missed';
  const movable = rest.filter(({ entry }) => entry.base !== null);
  if (movable.length === 0) return;
  const moves = movable.map(({ id, entry }) =>
    update(entry, writtenSinceFilter(id, entry.base), moveBase(entry)),
  );
  await sendLocalBulk(context.db.collection(collection), moves, context);
  const after = await readMarks(
    context,
    movable.map(({ entry }) => entry.key),
  );
  movable.forEach(({ index, entry }, i) => {
    if (after[i]?.stamp === entry.stamp) answers[index] = 'moved';
  });
}

function dirtyIs({ dirty }: Entry): Document {
  return { '_syncMeta.dirty': toBinary(dirty) };
}

function filterOf(id: unknown, { base }: Entry): Document {
  return { _id: id, '_syncMeta.stamp': base && toBinary(base) };
}

function update({ key }: Entry, filter: Document, change: Document): LocalWrite {
  return { key, operation: { updateOne: { filter, update: change } } };
}

import { type BulkWriteResult } from 'mongodb';
import { documentKeyOf } from '../../bson/document-key.js';
import { type Fields, withoutFields } from '../rewrite/fields.js';
import { markInsert } from '../rewrite/insert.js';
import { pinnedId } from '../rewrite/pinned-id.js';
import { replacementPipeline } from '../rewrite/replacement.js';
import { acknowledgedOptions, isInTransaction, lookOptions } from '../run/call-options.js';
import { withoutBase } from '../run/replace-keeping-metadata.js';
import { type WriteTarget } from '../run/write-target.js';
import { type BulkRun, isBulkError } from './bulk-run.js';
import { partOfReplacements } from './part-of-replacements.js';
import { type PlannedReplacement } from './planned-operation.js';
import {
  keyedReplacement,
  type KeyedReplacement,
  type ReplacementGroup,
  replacementGroups,
} from './replacement-groups.js';
import { replaceInTurn } from './replace-in-turn.js';

/** How many documents are looked at before they are replaced. */
const CHUNK_SIZE = 1_000;

/** A bulk that replaces. */
export interface ReplacingBulk {
  readonly target: WriteTarget;
  readonly run: BulkRun;
  readonly options: unknown;
  readonly ordered: boolean;
}

/**
 * Replaces in few commands where each replacement names a document of its own by `_id` alone: after a look at which are
 * there, those in one bulk and the new ones in another. What that does not settle, because somebody came between or the
 * server refused it, is done in turn.
 */
export async function replaceTogether(
  bulk: ReplacingBulk,
  replacements: readonly PlannedReplacement[],
): Promise<void> {
  const keyed = replacements.flatMap((replacement) => keyedReplacement(bulk.target, replacement));
  const isPlain =
    keyed.length === replacements.length && new Set(keyed.map(({ key }) => key)).size === keyed.length;
  if (!isPlain || keyed.length === 1) return replaceInTurn(bulk.target, replacements, bulk);
  for (let start = 0; start < keyed.length && !bulk.run.isOver(); start += CHUNK_SIZE) {
    await replaceChunk(bulk, keyed.slice(start, start + CHUNK_SIZE));
  }
}

async function replaceChunk(bulk: ReplacingBulk, chunk: readonly KeyedReplacement[]): Promise<void> {
  const { target, options, ordered, run } = bulk;
  const there = await keysThere(
    target,
    chunk.map(({ replacement }) => replacement),
    options,
  );
  const rest: PlannedReplacement[] = [];
  for (const group of replacementGroups(chunk, { there, ordered })) {
    if (run.isOver()) return;
    rest.push(...(await replaceGroup(bulk, group)));
  }
  await replaceInTurn(
    target,
    rest.sort((a, b) => a.index - b.index),
    bulk,
  );
}

/** Answers what is to be done in turn, once all groups are through. In order that is done at once. */
async function replaceGroup(
  bulk: ReplacingBulk,
  { form, replacements }: ReplacementGroup,
): Promise<readonly PlannedReplacement[]> {
  let left: readonly PlannedReplacement[] = replacements;
  while (left.length > 0 && !bulk.run.isOver()) {
    const { unsettled, notTried } = await sendGroup(bulk, { form, replacements: left });
    if (!bulk.ordered) return unsettled;
    await replaceInTurn(bulk.target, unsettled, bulk);
    left = notTried;
  }
  return [];
}

interface Sent {
  /** Those that the server refused, or that found no document any more. */
  readonly unsettled: readonly PlannedReplacement[];
  /** Those behind the first that was refused, in order. */
  readonly notTried: readonly PlannedReplacement[];
}

async function sendGroup(
  bulk: ReplacingBulk,
  {
    form,
    replacements,
  }: { readonly form: ReplacementGroup['form']; readonly replacements: readonly PlannedReplacement[] },
): Promise<Sent> {
  const { target, run, options, ordered } = bulk;
  const part = partOfReplacements(replacements);
  const operations = replacements.map(form === 'update' ? toUpdate : toInsertion);
  try {
    const sent = { ...acknowledgedOptions(options), ordered };
    const result = await target.call<BulkWriteResult>('bulkWrite', operations, sent);
    run.addResult(result, part);
    return { unsettled: await missed(bulk, replacements, result), notTried: [] };
  } catch (error) {
    const failed = isBulkError(error) ? [error.writeErrors].flat().map(({ index }) => index) : [];
    const [first] = failed;
    if (!isBulkError(error) || first === undefined || isInTransaction(options)) {
      run.addError(error, part);
      return { unsettled: [], notTried: [] };
    }
    run.addDone(error, part);
    const done = replacements.filter((_, i) => (ordered ? i < first : !failed.includes(i)));
    const again = replacements.filter((_, i) => failed.includes(i));
    return {
      unsettled: [...(await missed(bulk, done, error.result)), ...again],
      notTried: ordered ? replacements.slice(first + 1) : [],
    };
  }
}

/** As many as found no document: those that are not there now, before others. */
async function missed(
  { target, options }: ReplacingBulk,
  replacements: readonly PlannedReplacement[],
  { matchedCount, upsertedCount }: BulkWriteResult,
): Promise<readonly PlannedReplacement[]> {
  const count = replacements.length - matchedCount - upsertedCount;
  if (count <= 0) return [];
  const there = await keysThere(target, replacements, options);
  const isThere = ({ specification }: PlannedReplacement): boolean =>
    there.has(documentKeyOf(target.name, pinnedId(specification['filter'])));
  const absentFirst = [...replacements].sort((a, b) => Number(isThere(a)) - Number(isThere(b)));
  const chosen = new Set(absentFirst.slice(0, count));
  return replacements.filter((replacement) => chosen.has(replacement));
}

/** The keys of those documents that are there. */
async function keysThere(
  { driver, name }: WriteTarget,
  replacements: readonly PlannedReplacement[],
  options: unknown,
): Promise<ReadonlySet<string>> {
  const ids = replacements.map(({ specification }) => pinnedId(specification['filter']) as never);
  const found = await driver
    .find({ _id: { $in: ids } }, { ...lookOptions(options), projection: { _id: 1 } })
    .toArray();
  return new Set(found.map(({ _id }) => documentKeyOf(name, _id)));
}

/** What each form says for itself. */
const OWN: ReadonlySet<string> = new Set(['filter', 'replacement', 'upsert']);

function toUpdate({ specification, fields, id }: PlannedReplacement): object {
  const others = withoutFields(specification, (name) => OWN.has(name));
  const update = replacementPipeline(fields, id.binary);
  return { updateOne: { ...others, filter: specification['filter'], update } };
}

function toInsertion({ specification, fields, id }: PlannedReplacement): object {
  const others: Fields = withoutFields(specification, (name) => OWN.has(name));
  const replacement = markInsert(fields, id.binary) ?? fields;
  const upsert = specification['upsert'] === true;
  return { replaceOne: { ...others, filter: withoutBase(specification['filter']), replacement, upsert } };
}

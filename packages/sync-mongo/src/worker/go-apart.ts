import { type DocumentKey, type SyncError } from '@bomba/sync-core';
import { type WriteSetbacks } from './write-setbacks.js';

/** How often one search for a document at fault may fail: where all fail, it is not for one of them. */
const MAX_FAILURES = 24;

/** Codes of failures that one document may have caused: no word of the server about its own state. */
const doubtfulCodes: ReadonlySet<string> = new Set(['SYNC_WRITE_UNCERTAIN', 'SYNC_BUG']);

/**
 * How often in a row a server has said of a collection that it cannot at this moment, before one document may be the cause; then
 * after twice as many each time.
 */
const PATIENT_COUNT = 3;
/** Of such a server no more is asked than whether it stores one half of them, or the other. */
const MAX_FAILURES_OF_SERVER = 2;
/** How many documents of a collection are suspected alone: where others fail as well, it is the server. */
const MAX_SUSPECTS = 3;

/** What is done to many documents at once. */
export interface ApartWork<Item> {
  readonly keyOf: (item: Item) => DocumentKey;
  /** The collection of Atlas that is written for it. */
  readonly collectionFor: (item: Item) => string;
  readonly setbacks: WriteSetbacks;
  /** Does it to some; returns why it failed; null where it did not. Throws only what ends the connection. */
  readonly attempt: (items: readonly Item[]) => Promise<SyncError | null>;
}

/**
 * Does something to documents so that what fails harms nothing else: the collections of a batch that failed are tried one by
 * one, and of those that fail again the document is looked for that may be at fault. What failed before is tried by itself.
 * Returns what it could not be done to.
 */
export async function goApart<Item>(items: readonly Item[], work: ApartWork<Item>): Promise<readonly Item[]> {
  const isKnown = (item: Item): boolean => work.setbacks.isKnown(work.keyOf(item));
  const left: Item[] = [];
  for (const known of items.filter(isKnown)) left.push(...(await goByCollection([known], work)));
  const others = items.filter((item) => !isKnown(item));
  if (others.length > 0) left.push(...(await goByCollection(others, work)));
  return left;
}

async function goByCollection<Item>(items: readonly Item[], work: ApartWork<Item>): Promise<readonly Item[]> {
  const failure = await work.attempt(items);
  if (!failure) return [];
  const left: Item[] = [];
  const groups = groupBy(items, work.collectionFor);
  for (const [collection, group] of groups) {
    const own = groups.size === 1 ? failure : await work.attempt(group);
    if (own) left.push(...(await searchFault(work, { collection, group, failure: own })));
  }
  return left;
}

interface Failed<Item> {
  readonly collection: string;
  readonly group: readonly Item[];
  readonly failure: SyncError;
}

/** Whether one of the documents is looked for: what a server says of itself is doubted only where it goes on saying it. */
function isDoubtful({ code }: SyncError, failedCount: number): boolean {
  if (doubtfulCodes.has(code)) return true;
  return code === 'SYNC_WRITE_TRANSIENT' && Number.isInteger(Math.log2(failedCount / PATIENT_COUNT));
}

/** Halves what failed until single documents are left; where nothing passes at all, it is the collection. */
async function searchFault<Item>(
  { keyOf, setbacks, attempt }: ApartWork<Item>,
  failed: Failed<Item>,
): Promise<readonly Item[]> {
  const { collection, group } = failed;
  const isInDoubt = isDoubtful(failed.failure, setbacks.collectionCount(collection));
  const isOfServer = !doubtfulCodes.has(failed.failure.code);
  const open: (readonly Item[])[] = isInDoubt ? halvesOf(group) : [];
  const left = new Set(group);
  const atFault = group.length === 1 ? [...left] : [];
  let { failure } = failed;
  let failedCount = 0;
  for (let tried = 0; open.length > 0; tried++) {
    const isServer = isOfServer && left.size === group.length;
    if (failedCount >= (isServer ? MAX_FAILURES_OF_SERVER : MAX_FAILURES)) break;
    // Both halves first: one that passes tells that it is for a document of the other.
    const part = (tried < 2 ? open.shift() : open.pop()) ?? [];
    const again = await attempt(part);
    if (!again) for (const item of part) left.delete(item);
    else {
      failure = again;
      failedCount++;
      open.push(...halvesOf(part));
      if (part.length === 1) atFault.push(...part);
    }
  }
  const isSuspect =
    isInDoubt && isOfServer && group.length === 1 && setbacks.knownIn(collection) < MAX_SUSPECTS;
  const isKnown = group.every((item) => setbacks.isKnown(keyOf(item)));
  const isOfDocuments = left.size < group.length || isKnown || isSuspect;
  if (isOfDocuments) setbacks.documentsFailed(atFault.map(keyOf), collection, failure);
  else setbacks.collectionFailed(collection, failure);
  return [...left];
}

function halvesOf<Item>(group: readonly Item[]): (readonly Item[])[] {
  if (group.length < 2) return [];
  const middle = Math.ceil(group.length / 2);
  return [group.slice(middle), group.slice(0, middle)];
}

function groupBy<Item>(
  items: readonly Item[],
  nameOf: (item: Item) => string,
): ReadonlyMap<string, readonly Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(nameOf(item));
    if (group) group.push(item);
    else groups.set(nameOf(item), [item]);
  }
  return groups;
}

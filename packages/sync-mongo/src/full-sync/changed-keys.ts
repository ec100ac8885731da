import { collectionOf, type DocumentKey, IndexSweep, isSyncError } from '@bomba/sync-core';
import { type AtlasLink } from '../engine/atlas-link.js';
import { Markers } from '../engine/markers.js';
import { type ExcludedFields } from '../fields/excluded-fields.js';
import { type Position } from '../position/position-store.js';
import { KeyStream } from '../stream/key-stream.js';
import { isOfNoUse } from '../stream/open-stream.js';
import { systemRandom } from '../system/system-random.js';

/** Beyond so many keys a comparison of everything is about as cheap, and takes no memory. */
const MAX_KEYS = 50_000;
const PAGE_SIZE = 1_000;

const ignore = (): void => undefined;

/** Where changed keys are looked for. */
export interface ChangedOptions {
  readonly link: AtlasLink;
  readonly excluded: ExcludedFields;
  readonly batchSize: number;
  /** Everything before it was the same on both sides. */
  readonly since: Position;
  /** What was not the same then, as it waited in quarantine. */
  readonly held: readonly DocumentKey[];
  /** Asked from time to time; false: nobody wants to know any more. */
  readonly goesOn: () => Promise<boolean>;
}

/**
 * The keys that may not be the same on both sides any more, by collection: those that Atlas' stream shows since then, and
 * those that wait on Local. Null where that cannot be told, they are very many, or nobody wants to know.
 */
export async function changedKeys(
  options: ChangedOptions,
): Promise<ReadonlyMap<string, readonly DocumentKey[]> | null> {
  const keys = new Set<DocumentKey>(options.held);
  const read = await Promise.all([readStream(options, keys), readWaiting(options, keys)]);
  if (read.includes(false)) return null;
  const byCollection = new Map<string, DocumentKey[]>();
  for (const key of keys) {
    const collection = collectionOf(key);
    const known = byCollection.get(collection);
    if (known) known.push(key);
    else byCollection.set(collection, [key]);
  }
  return byCollection;
}

/** Reads a stream of its own up to a marker that is written now; false where it does not reach back so far. */
async function readStream(
  { link, excluded, batchSize, since, goesOn }: ChangedOptions,
  keys: Set<DocumentKey>,
): Promise<boolean> {
  const { greeting, instanceId, pulled, signal } = link;
  const scope = { collections: pulled, instanceId, excluded };
  const stream = new KeyStream({ db: greeting.db, scope, batchSize, since: since.token });
  const markers = new Markers(greeting.db, { instanceId, random: systemRandom });
  const opened = stream.next();
  try {
    const [end, first] = await Promise.all([markers.write(), opened]);
    for (let events = first; ; events = await stream.next()) {
      for (const event of events) {
        if (event.kind === 'key') keys.add(event.key);
        else if (event.kind === 'marker') markers.passed(event.marker);
        else if (event.kind === 'gone') return false;
      }
      if (keys.size > MAX_KEYS) return false;
      if (end.isOpen) return true;
      signal.throwIfAborted();
      if (!(await goesOn())) return false;
    }
  } catch (error) {
    if (isSyncError(error) && isOfNoUse(error)) return false;
    throw error;
  } finally {
    // Nobody has to wait for the server to let go of it; one that is still being opened could not be closed.
    void opened
      .catch(ignore)
      .then(() => stream.close())
      .catch(ignore);
  }
}

/** Adds what is dirty, being deleted or in quarantine; false where that is too much. */
async function readWaiting(options: Waiting, keys: Set<DocumentKey>): Promise<boolean> {
  const read = await Promise.all([
    readIndex('scanDirty', options, keys),
    readIndex('scanPending', options, keys),
    readQuarantine(options, keys),
  ]);
  return !read.includes(false);
}

type Waiting = Pick<ChangedOptions, 'link' | 'goesOn'>;

async function readIndex(
  op: 'scanDirty' | 'scanPending',
  { link: { local }, goesOn }: Waiting,
  keys: Set<DocumentKey>,
): Promise<boolean> {
  const sweep = new IndexSweep();
  while (!sweep.ended) {
    const page = await local.run({ side: 'local', op, ...sweep.start, limit: PAGE_SIZE });
    const found = new Set(page.map(({ key }) => key));
    for (const key of found) keys.add(key);
    sweep.read(page, PAGE_SIZE);
    sweep.goOn(found);
    if (keys.size > MAX_KEYS || !(await goesOn())) return false;
  }
  return true;
}

async function readQuarantine({ link: { local } }: Waiting, keys: Set<DocumentKey>): Promise<boolean> {
  for (let after: string | null = null, isEnd = false; !isEnd;) {
    const operation = { side: 'local', op: 'scanQuarantine', after, limit: PAGE_SIZE } as const;
    const page: readonly { readonly id: string; readonly key: DocumentKey }[] = await local.run(operation);
    for (const { key } of page) keys.add(key);
    after = page.at(-1)?.id ?? after;
    isEnd = page.length < PAGE_SIZE;
    if (keys.size > MAX_KEYS) return false;
  }
  return true;
}

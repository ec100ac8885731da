import { type DocumentKey } from '../document-key/document-key.js';
import { type EngineContext } from '../engine/engine-context.js';
import { BATCH_BYTES } from '../operations/batch-bytes.js';
import { type Holder } from '../operations/holder.js';
import { ask, type Step } from '../operations/operation.js';
import { asReady, needsPush } from './as-ready.js';
import { type HeldBy } from './plan-collisions.js';
import { type ReadyDocument } from './ready-document.js';
import { type RefusedDocument } from './send.js';

/** Who holds on Atlas what refused documents want, and what waits on Local for those. */
export interface Wanted {
  readonly holders: ReadonlyMap<DocumentKey, Holder>;
  readonly heldBy: ReadonlyMap<DocumentKey, HeldBy>;
  /** Plain local writes of holders that were not among what was sent: they may give the value up. */
  readonly joining: readonly ReadyDocument[];
  /** Holders that something else waits for on Local, such as a deletion. */
  readonly inTheWay: readonly DocumentKey[];
}

/** What was refused, and what did not win in this turn: that is for a look at both sides first. */
interface Collisions {
  readonly open: ReadonlyMap<DocumentKey, RefusedDocument>;
  readonly missed: ReadonlySet<DocumentKey>;
}

/** Looks up on Atlas who holds the values, and on Local whether anything of those documents waits to be pushed. */
export function* findHolders(context: EngineContext, { open, missed }: Collisions): Step<Wanted> {
  const entries = [...open.values()].map(({ document }) => ({
    key: document.key,
    body: document.document.body,
  }));
  const found = yield* ask({ side: 'atlas', op: 'findHolders', entries });
  const holders = new Map<DocumentKey, Holder>();
  entries.forEach(({ key }, i) => {
    const holder = found[i];
    if (holder) holders.set(key, holder);
  });
  const outside = [...new Set([...holders.values()].map(({ key }) => key))].filter((key) => !open.has(key));
  const { joining, inTheWay } = yield* readWaiting(context, { keys: outside, missed });
  const waiting = new Set([...joining.map(({ key }) => key), ...inTheWay]);
  const heldBy = new Map<DocumentKey, HeldBy>();
  for (const key of open.keys()) {
    const holder = holders.get(key);
    if (!holder) heldBy.set(key, 'nobody');
    else if (open.has(holder.key)) heldBy.set(key, { key: holder.key });
    else heldBy.set(key, waiting.has(holder.key) ? 'waiting' : 'another');
  }
  return { holders, heldBy, joining, inTheWay };
}

function* readWaiting(
  context: EngineContext,
  { keys, missed }: { readonly keys: readonly DocumentKey[] } & Pick<Collisions, 'missed'>,
): Step<Pick<Wanted, 'joining' | 'inTheWay'>> {
  const joining: ReadyDocument[] = [];
  const inTheWay: DocumentKey[] = [];
  if (keys.length === 0) return { joining, inTheWay };
  const documents = yield* ask({ side: 'local', op: 'readWithin', entries: keys, maxBytes: BATCH_BYTES });
  const tombstones = yield* ask({ side: 'local', op: 'readTombstones', entries: keys });
  keys.forEach((key, i) => {
    const document = documents[i] ?? null;
    const tombstone = tombstones[i] ?? null;
    if (document !== 'later' && !needsPush({ document, tombstone })) return;
    // What was created after a deletion is for a look: it may have been there before that was noted.
    const isPlain =
      document !== null && document !== 'later' && !(document.stamp === null && tombstone?.stamp);
    const ready = isPlain && !missed.has(key) ? asReady(context, { key, document, tombstone }) : null;
    if (ready) joining.push(ready);
    else inTheWay.push(key);
  });
  return { joining, inTheWay };
}

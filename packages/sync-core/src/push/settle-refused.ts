import { type DocumentKey } from '../document-key/document-key.js';
import { type EngineContext } from '../engine/engine-context.js';
import { ask, type Step } from '../operations/operation.js';
import { isRefusal, namingHolder, type Refusal } from '../operations/refusal.js';
import { rewrite } from '../reconcile/rewrite.js';
import { noteSent } from '../reconcile/note-sent.js';
import { resolveCollision } from '../reconcile/resolve-collision.js';
import { acknowledge } from './acknowledge.js';
import { findHolders, type Wanted } from './find-holders.js';
import { holdRefused } from './hold-refused.js';
import { planCollisions } from './plan-collisions.js';
import { pushEntry, type ReadyDocument } from './ready-document.js';
import { type RefusedDocument, send, type Sent } from './send.js';

/** How often values may change hands before the rest is left to a later turn. */
const MAX_ROUNDS = 12;
/** How often a document is sent again for a value that nobody seems to hold. */
const MAX_FREE_TRIES = 2;

/**
 * Settles what Atlas refused. A unique value that another document of this Local is about to give up, as in a swap or a
 * chain, is waited for, in the order in which values become free; a ring exchanges them in one moment. What else is
 * refused waits in quarantine, with the document named that holds the value. Returns keys for a look at both sides,
 * those first that are in the way of others.
 */
export function* settleRefused(
  context: EngineContext,
  refused: readonly RefusedDocument[],
): Step<readonly DocumentKey[]> {
  const left: DocumentKey[] = [];
  const tries = new Map<DocumentKey, number>();
  let open = new Map<DocumentKey, RefusedDocument>();
  const take = function* (more: readonly RefusedDocument[]): Step<void> {
    for (const each of more) {
      if (each.refusal.code === 'SYNC_WRITE_UNIQUE') open.set(each.document.key, each);
      else yield* holdRefused(context, each.document, each.refusal);
    }
  };
  yield* take(refused);
  for (let round = 0; open.size > 0 && round < MAX_ROUNDS; round++) {
    const wanted = yield* findHolders(context, { open, missed: new Set(left) });
    if (wanted.joining.length > 0) {
      const sent = yield* sendNew(context, wanted.joining);
      left.push(...sent.left);
      yield* take(sent.refused);
      continue;
    }
    const { free, ...outcome } = yield* carryOut(context, open, { wanted, tries });
    left.push(...outcome.left);
    open = new Map();
    yield* take(free);
  }
  return [...left, ...open.keys()];
}

/** Sends documents that were not in the batch, noted as those of a batch are. */
function* sendNew(context: EngineContext, documents: readonly ReadyDocument[]): Step<Sent> {
  const note = yield* noteSent(context, documents);
  const sent = yield* send(context, documents);
  // What is refused is not on Atlas, and is noted again wherever it is sent again.
  if (sent.left.length === 0) yield* ask({ side: 'local', op: 'forgetSent', note });
  return sent;
}

interface Round {
  readonly wanted: Wanted;
  readonly tries: Map<DocumentKey, number>;
}

/** Carries out what was planned; `free`: refused once more, though nobody seemed to hold what they want. */
function* carryOut(
  context: EngineContext,
  open: ReadonlyMap<DocumentKey, RefusedDocument>,
  { wanted, tries }: Round,
): Step<{ readonly free: readonly RefusedDocument[]; readonly left: readonly DocumentKey[] }> {
  const { rings, again, later, lost } = planCollisions(wanted.heldBy);
  const left: DocumentKey[] = [];
  const free: RefusedDocument[] = [];
  const mayTry = ({ document: { key } }: RefusedDocument): boolean => {
    const count = (tries.get(key) ?? 0) + 1;
    tries.set(key, count);
    return count <= MAX_FREE_TRIES;
  };
  for (const ring of rings) {
    const members = pick(open, ring);
    const settled = yield* exchange(context, members);
    if (!isRefusal(settled)) left.push(...settled);
    else if (!(yield* holdRing(context, members, settled))) {
      // Whoever stood in its way has just let go.
      if (members.map(mayTry).every(Boolean)) free.push(...members);
      else for (const { document } of members) yield* holdRefused(context, document, settled);
    }
  }
  const sending: RefusedDocument[] = [];
  for (const each of pick(open, again)) {
    if (mayTry(each)) sending.push(each);
    else left.push(...(yield* hold(context, each, wanted)));
  }
  for (const each of pick(open, lost)) left.push(...(yield* hold(context, each, wanted)));
  left.push(...wanted.inTheWay, ...later);
  if (sending.length === 0) return { free, left };
  const sent = yield* sendNew(
    context,
    sending.map(({ document }) => document),
  );
  return { free: [...free, ...sent.refused], left: [...left, ...sent.left] };
}

/** In one moment, or not at all: a ring that cannot be exchanged is refused with all its members. */
function* exchange(
  context: EngineContext,
  ring: readonly RefusedDocument[],
): Step<readonly DocumentKey[] | Refusal> {
  const documents = ring.map(({ document }) => document);
  const note = yield* noteSent(context, documents);
  const keys = documents.map(({ key }) => key);
  const settled = yield* context.pushes.during(keys, exchangeNow(context, documents));
  if (isRefusal(settled)) return settled;
  const left = documents.filter((document) => !settled.has(document)).map(({ key }) => key);
  if (left.length === 0) yield* ask({ side: 'local', op: 'forgetSent', note });
  return left;
}

/**
 * A ring that cannot be exchanged waits as a whole: for one document outside of it that holds a value of one of them, so
 * that all are tried again at the same time. False where it is for a unique value that nobody outside of it holds.
 */
function* holdRing(
  context: EngineContext,
  ring: readonly RefusedDocument[],
  refusal: Refusal,
): Step<boolean> {
  const isUnique = refusal.code === 'SYNC_WRITE_UNIQUE';
  const except = ring.map(({ document: { key } }) => key);
  const entries = ring.map(({ document: { key, document } }) => ({ key, body: document.body, except }));
  const found = isUnique ? yield* ask({ side: 'atlas', op: 'findHolders', entries }) : [];
  const [outside] = found.filter((holder) => holder !== null);
  if (isUnique && !outside) return false;
  const waiting = outside && { ...refusal, holder: outside.key, holderStamp: outside.stamp };
  for (const [i, { document }] of ring.entries()) {
    const isItsOwn = found[i] != null && found[i].key === outside?.key;
    const named = outside && isItsOwn ? namingHolder(refusal, outside) : waiting;
    yield* holdRefused(context, document, named ?? refusal);
  }
  return true;
}

/** What Local has acknowledged of them: none where they were not exchanged. */
function* exchangeNow(
  context: EngineContext,
  documents: readonly ReadyDocument[],
): Step<ReadonlySet<ReadyDocument> | Refusal> {
  const result = yield* ask({ side: 'atlas', op: 'exchange', entries: documents.map(pushEntry) });
  if (isRefusal(result)) return result;
  return result ? yield* acknowledge(context, documents) : new Set();
}

/** Returns the key where the application has made something else of the document, which may be pushed now. */
function* hold(
  context: EngineContext,
  { document, refusal }: RefusedDocument,
  wanted: Wanted,
): Step<readonly DocumentKey[]> {
  const { key } = document;
  const holder = wanted.holders.get(key);
  if (holder && context.resolveCollision) {
    const [winner] = yield* ask({ side: 'atlas', op: 'readDocuments', entries: [holder.key] });
    if (!winner) return [key]; // gone meanwhile
    const resolution = resolveCollision(context, {
      loser: { key, body: document.document.body },
      winner: { key: holder.key, body: winner.body },
      fields: holder.fields,
    });
    // A merge waits until the winner comes to Local, and the loser makes way there.
    if (resolution.do === 'change') {
      const done = yield* rewrite(context, { key, local: document.document, body: resolution.body });
      if (!isRefusal(done)) return [key];
    }
  }
  yield* holdRefused(context, document, holder ? namingHolder(refusal, holder) : refusal);
  return [];
}

function pick(
  open: ReadonlyMap<DocumentKey, RefusedDocument>,
  keys: readonly DocumentKey[],
): readonly RefusedDocument[] {
  return keys.flatMap((key) => open.get(key) ?? []);
}

import { type DocumentKey, type Stamp } from '@bomba/sync-core';
import { type MemoryDocument, plainDocument } from '@bomba/sync-core/memory';
import { type Branch } from './branch.js';
import { toBody, toHistory, union } from './history.js';
import { isRefused } from './unique-number.js';
import { type World } from './world.js';

/** How often an update of a clean document sets what is there already. */
const SAME_CHANCE = 0.06;

/** Whether a version of it may be on Atlas unanswered: then a write counts, whatever it sets, and has no record of its own. */
function wasSent({ local }: Branch, key: DocumentKey): boolean {
  return [...local.sent.values()].some((versions) => versions.some((version) => version.key === key));
}

/** A program's work on one Local: each yielded function is one atomic operation of the server. */
export type LocalWork = Generator<() => unknown, void, unknown>;

/** Takes the other marks off, as every captured write does. */
function captured(document: MemoryDocument, dirty: Stamp): MemoryDocument {
  return { ...document, dirty, held: false, deleting: false, last: null, derived: false };
}

/** The application updates a document, in one operation that marks it dirty. */
export function* update(world: World, branch: Branch, key: DocumentKey): LocalWork {
  const dirty = branch.clock.next();
  yield () => {
    const document = branch.documents.get(key);
    if (!document || isRefused(world, branch, key)) return;
    if (document.dirty === null && !wasSent(branch, key) && world.random.chance(SAME_CHANCE)) {
      branch.documents.set(key, captured(document, dirty));
      world.trace(branch.name, 'update that changes nothing', key);
      return;
    }
    const saw = toHistory(document.body);
    const write = world.ledger.record(key, { atMs: world.nowMs, saw });
    const body = toBody(union(saw, [write]));
    const keepsId = world.mutant?.name === 'capture keeps the old dirty id' && document.dirty !== null;
    branch.documents.set(key, captured({ ...document, body }, keepsId ? document.dirty : dirty));
    world.trace(branch.name, 'update', key, write);
  };
}

/** The application inserts a document where none is. */
export function* insert(world: World, branch: Branch, key: DocumentKey): LocalWork {
  const dirty = branch.clock.next();
  yield () => {
    if (branch.documents.has(key) || isRefused(world, branch, key)) return;
    const saw = branch.ghostOf(key);
    const write = world.ledger.record(key, { atMs: world.nowMs, saw });
    branch.documents.set(key, captured(plainDocument(toBody(union(saw, [write]))), dirty));
    world.trace(branch.name, 'insert', key, write);
  };
}

/** A program past capture inserts: neither version nor dirty id. */
export function insertPastCapture(world: World, branch: Branch, key: DocumentKey): void {
  if (branch.documents.has(key)) return;
  const write = world.ledger.record(key, { atMs: world.nowMs });
  branch.documents.set(key, plainDocument(toBody(union(branch.ghosts.get(key), [write]))));
}

/** The application deletes: mark, pending tombstone, removal; and again where somebody wrote in between. */
export function* remove(world: World, branch: Branch, key: DocumentKey): LocalWork {
  for (;;) {
    const pending = branch.clock.next();
    const atMs = world.nowMs;
    const marked = (yield () => mark(world, branch, { key, pending })) as MemoryDocument | null;
    if (!marked) return;
    if (world.mutant?.name !== 'delete leaves no tombstone') {
      yield () => notePending(branch, key, { pending, document: marked });
    }
    const done = yield () => {
      const document = branch.documents.get(key);
      if (!document) return true;
      if (!document.deleting || document.dirty !== pending) return false;
      world.trace(branch.name, 'delete', key);
      world.ledger.deletions.push({ key, atMs });
      return branch.documents.delete(key);
    };
    if (done) return;
  }
}

function mark(
  world: World,
  branch: Branch,
  { key, pending }: { readonly key: DocumentKey; readonly pending: Stamp },
): MemoryDocument | null {
  const document = branch.documents.get(key);
  if (!document) return null;
  const last = document.deleting ? document.last : document.dirty;
  const marked = { ...captured(document, pending), deleting: true, last };
  branch.documents.set(key, marked);
  return marked;
}

function notePending(
  branch: Branch,
  key: DocumentKey,
  { pending, document }: { readonly pending: Stamp; readonly document: MemoryDocument },
): void {
  const { stamp: base, last } = document;
  branch.local.perform({ side: 'local', op: 'notePending', key, pending, base, last });
}

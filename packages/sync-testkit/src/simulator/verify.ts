import { type DocumentKey, isLater, type QuarantineEntry } from '@bomba/sync-core';
import { type Branch } from './branch.js';
import { type MemoryDocument } from '@bomba/sync-core/memory';
import { type History, toHistory, union } from './history.js';
import { isTakenOnAtlas } from './unique-number.js';
import { Violation } from './violation.js';
import { type World } from './world.js';

/** What must hold once everything has come to rest. Throws a Violation where it does not. */
export function verify(world: World): void {
  for (const key of world.keys) {
    checkConvergence(world, key);
    checkNothingLost(world, key);
    checkNoLossToTheSeen(world, key);
    checkNoResurrection(world, key);
  }
  if (world.scenario.unique) checkQuarantine(world);
  for (const { name, local } of world.branches) {
    if (local.sent.size > 200)
      throw new Violation(`${name} never forgets what it sent: ${local.sent.size} notes`);
  }
}

/** All branches equal Atlas, and nothing waits. */
function checkConvergence({ branches, atlas }: World, key: DocumentKey): void {
  for (const { name, documents, local } of branches) {
    const document = documents.get(key);
    if (document?.held && local.quarantine.get(`local-to-atlas ${key}`)?.stamp === document.dirty) continue;
    if (document?.dirty || document?.deleting) throw new Violation(`${name} ${key} still dirty`);
    if (local.tombstones.get(key)?.pending) throw new Violation(`${name} ${key} deletion still pending`);
    if (document && !document.stamp) throw new Violation(`${name} ${key} clean without a version`);
    const [here, there] = [view(document), view(atlas.documents.get(key))];
    if (here !== there) throw new Violation(`${name} ${key} differs: ${here} | ${there}`);
  }
}

function view(document: MemoryDocument | undefined): string {
  return document ? `${document.stamp}: ${[...toHistory(document.body)].join(' ')}` : 'absent';
}

/** The writes of a key that are in the final state, in the conflict store, or wait. */
function remainingOf(world: World, key: DocumentKey): History {
  const deletions = world.atlas.documents.has(key)
    ? []
    : [world.ghostOf(key), ...world.branches.map((branch) => branch.ghostOf(key))];
  return union(world.onAtlas(key), ...deletions, waitingFor(world, key), world.ledger.kept.get(key));
}

/** How many foreign writes are nowhere any more, though their events showed the state. */
export function countLostForeign(world: World): number {
  const { ledger, keys } = world;
  const remaining = new Map(keys.map((key) => [key, remainingOf(world, key)]));
  return [...ledger.shown].filter((write) => {
    const key = ledger.writes.get(write)?.key;
    return key !== undefined && !remaining.get(key)?.has(write);
  }).length;
}

/** Every acknowledged write is in the final state, or in the conflict store. */
function checkNothingLost(world: World, key: DocumentKey): void {
  if (world.scenario.falling) return;
  const has = remainingOf(world, key);
  for (const [write, record] of world.ledger.writes) {
    if (record.key === key && record.acknowledged && !has.has(write)) {
      throw new Violation(`acknowledged write ${write} of ${key} lost`);
    }
  }
}

/** Nothing loses to what it had seen. */
function checkNoLossToTheSeen(world: World, key: DocumentKey): void {
  const { scenario, ledger, atlas } = world;
  if (scenario.foreign || scenario.expiring || scenario.falling || scenario.restoring === 'atlas') return;
  const final: History = atlas.documents.has(key) ? world.onAtlas(key) : world.ghostOf(key);
  const records = [...ledger.writes].filter(([, record]) => record.key === key);
  const waiting = waitingFor(world, key);
  const deleted = union(...records.map(([, record]) => record.deleted ?? undefined));
  for (const [write, { saw }] of records) {
    if (!saw || final.size === 0 || final.has(write) || deleted.has(write) || waiting.has(write)) continue;
    if ([...final].every((other) => saw.has(other)))
      throw new Violation(`write ${write} of ${key} lost to what it had seen`);
  }
}

/** How far versions of the same moment may be lifted above their time, in ms. */
const LIFTED_MS = 10;

/** A deleted key does not come back through writes that are all older than the deletion. */
function checkNoResurrection(world: World, key: DocumentKey): void {
  const { scenario, ledger, atlas } = world;
  const { foreign, expiring, falling, restoring, skewMs, pausing } = scenario;
  if (pausing) return; // a branch whose pull is off stands by what it wrote
  if (foreign || expiring || falling || restoring === 'atlas' || skewMs > 0 || !atlas.documents.has(key))
    return;
  // What was created anew after the deletion, and came too late for its value, has taken the deletion's place.
  const times = [...union(world.onAtlas(key), waitingFor(world, key))].map(
    (write) => ledger.writes.get(write)?.atMs ?? 0,
  );
  const newestMs = Math.max(...times) + LIFTED_MS;
  for (const deletion of ledger.deletions) {
    if (deletion.key === key && deletion.atMs > newestMs)
      throw new Violation(`${key} came back through writes older than its deletion`);
  }
}

/** What waits in quarantine, in place or aside. */
function waitingFor({ branches }: World, key: DocumentKey): History {
  return union(...branches.flatMap((branch) => [heldBy(branch, key), branch.aside(key)]));
}

/** What waits in a document that is held. */
function heldBy({ documents }: Branch, key: DocumentKey): History {
  const document = documents.get(key);
  return document?.held ? toHistory(document.body) : new Set();
}

/**
 * A loser waits once, on one branch, and for a value that another document has; nothing of Atlas is left out of any Local,
 * and nothing is parked for ever.
 */
function checkQuarantine(world: World): void {
  const seen = new Set<string>();
  for (const branch of world.branches) {
    const { name, local, documents } = branch;
    for (const entry of local.quarantine.values()) {
      const { key, stamp, direction, waits } = entry;
      if (mayComeBack(branch, entry) && !isTakenOnAtlas(world, entry))
        throw new Violation(`${name} has ${key} ${stamp} in quarantine, whose value is free`);
      const state = `${key} ${stamp}`;
      if (direction === 'atlas-to-local')
        throw new Violation(`${name} does not have ${state} of Atlas (${waits})`);
      if (waits === 'in-place' && documents.get(key)?.dirty !== stamp)
        throw new Violation(`${name} has ${state} in quarantine, which waits no more`);
      if (seen.has(state)) throw new Violation(`${state} waits twice`);
      seen.add(state);
    }
  }
}

/** Whether nothing else has become of its document since: what else has is for somebody to decide. */
function mayComeBack({ documents, local }: Branch, { key, stamp, base, waits }: QuarantineEntry): boolean {
  if (waits === 'in-place') return true;
  const isOvertaken = [...local.quarantine.values()].some(
    (other) => other.waits === 'aside' && other.key === key && isLater(other.stamp, stamp),
  );
  if (base === undefined || isOvertaken) return false;
  const [document, tombstone] = [documents.get(key), local.tombstones.get(key)];
  if (document) return document.stamp === base;
  return base === null && !isLater(tombstone?.stamp ?? null, stamp);
}

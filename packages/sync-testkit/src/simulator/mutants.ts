import { isLater, type Operation, type StoredState } from '@bomba/sync-core';
import { fastLaneMutants } from './fast-lane-mutants.js';
import { type Mutant } from './mutant.js';
import { type Scenario } from './scenario.js';

/** Answers operations of that name as if they had been done. */
function skip(name: string, op: Operation['op'], answer: unknown): Mutant {
  return { name, rewrite: (operation) => (operation.op === op ? { answer } : operation) };
}

/** Without the mark of what logic made. */
function asWritten<Entry extends { readonly state: StoredState }>(entry: Entry): Entry {
  return { ...entry, state: { ...entry.state, derived: false } };
}

function crashesOften({ crashChance }: Scenario): boolean {
  return crashChance > 0.01;
}

/** Mistakes in the engine's requests, and those that other parts of the simulator make when they are named. */
export const mutants = [
  skip('loser not kept', 'keep', [undefined]),
  skip('no tombstone on atlas', 'writeTombstone', [undefined]),
  {
    name: 'a noted deletion forgets what had not seen it',
    rewrite: (operation) =>
      operation.op === 'noteTombstone'
        ? { ...operation, entries: operation.entries.map((entry) => ({ ...entry, over: null })) }
        : operation,
  },
  {
    name: 'acknowledge by key',
    rewrite: (operation, { branch }) => {
      if (operation.side !== 'local' || operation.op !== 'acknowledge') return operation;
      const [entry] = operation.entries;
      const document = entry && branch.documents.get(entry.key);
      if (!entry || !document?.dirty || document.deleting) return operation;
      return { ...operation, entries: [{ ...entry, dirty: document.dirty, base: document.stamp }] };
    },
  },
  {
    name: 'push without compare-and-set',
    rewrite: (operation, { world }) => {
      if (operation.side !== 'atlas' || operation.op !== 'push') return operation;
      const [entry] = operation.entries;
      const base = (entry && world.atlas.documents.get(entry.key)?.stamp) ?? null;
      return entry ? { ...operation, entries: [{ ...entry, base }] } : operation;
    },
  },
  {
    name: 'local writes unguarded',
    rewrite: (operation, { branch }) => {
      if (operation.side !== 'local' || operation.op !== 'store') return operation;
      const [entry] = operation.entries;
      const document = entry && branch.documents.get(entry.key);
      if (!entry || !document || document.deleting) return operation;
      const { stamp, dirty, held } = document;
      return { ...operation, entries: [{ ...entry, expected: { stamp, dirty, held } }] };
    },
  },
  {
    name: 'a first comparison overwrites what was written meanwhile',
    needs: ({ joining }) => joining,
    rewrite: (operation, { branch }) => {
      if (!branch.mustCompare || operation.side !== 'local' || operation.op !== 'insert') return operation;
      const entries = operation.entries.flatMap(({ key, state }) => {
        const document = branch.documents.get(key);
        return document ? [{ key, state, expected: document }] : [];
      });
      return entries.length > 0 ? { side: 'local', op: 'store', entries } : operation;
    },
  },
  {
    name: 'dead states are not finished',
    needs: crashesOften,
    rewrite: (operation, { world }) => {
      if (operation.side !== 'atlas' || operation.op !== 'readTombstones') return operation;
      const [key] = operation.entries;
      const tombstone = key && world.atlas.tombstones.get(key);
      const document = key && world.atlas.documents.get(key);
      return document && tombstone && !isLater(document.stamp, tombstone.stamp)
        ? { answer: [null] }
        : operation;
    },
  },
  {
    name: 'tombstone before removal',
    rewrite: (operation, { world, branch }) => {
      if (operation.side !== 'atlas' || operation.op !== 'remove') return operation;
      for (const { key, base } of operation.entries) {
        const stamp = branch.local.tombstones.get(key)?.pending;
        if (stamp)
          world.atlas.perform({ side: 'atlas', op: 'writeTombstone', entries: [{ key, stamp, base }] });
      }
      return operation;
    },
  },
  {
    name: 'sent versions forgotten',
    rewrite: (operation) =>
      operation.op === 'readSent' ? { answer: operation.entries.map(() => new Set()) } : operation,
  },
  {
    name: 'foreign states are not sealed',
    rewrite: (operation) => (operation.op === 'seal' ? { answer: [true] } : operation),
  },
  {
    name: 'local tombstones are not read',
    rewrite: (operation) =>
      operation.side === 'local' && operation.op === 'readTombstones'
        ? { answer: operation.entries.map(() => null) }
        : operation,
  },
  {
    name: 'history is put back under new ids',
    needs: ({ restoring }) => restoring !== null,
    rewrite: (operation, { branch }) => {
      if (operation.side !== 'local' || operation.op !== 'amend') return operation;
      const [entry] = operation.entries;
      const isPutBack = entry?.set.dirty != null && entry.set.dirty === entry.expected.stamp;
      if (!isPutBack) return operation;
      return { ...operation, entries: [{ ...entry, set: { ...entry.set, dirty: branch.clock.next() } }] };
    },
  },
  {
    name: 'what gives way to a chosen side is not kept',
    needs: ({ restoring }) => restoring !== null,
    rewrite: (operation) =>
      operation.op === 'keep'
        ? { ...operation, entries: operation.entries.filter(({ reason }) => reason !== 'chosen') }
        : operation,
  },
  {
    name: 'nobody is found in the way',
    needs: ({ unique }) => unique,
    rewrite: (operation) =>
      operation.side === 'local' && operation.op === 'findHolders'
        ? { answer: operation.entries.map(() => null) }
        : operation,
  },
  {
    name: 'a write that makes way is not kept',
    needs: ({ unique }) => unique,
    rewrite: (operation) =>
      operation.op === 'quarantine' && operation.entry.waits === 'aside' ? { answer: undefined } : operation,
  },
  {
    name: 'a value that is free again is not tried',
    needs: ({ unique }) => unique,
    rewrite: (operation) =>
      operation.op === 'readQuarantined' ? { answer: operation.entries.map(() => null) } : operation,
  },
  {
    name: 'what comes back after it made way is not on Local',
    needs: ({ unique }) => unique,
    rewrite: (operation) =>
      operation.op === 'rewrite' ? { answer: operation.entries.map(() => true) } : operation,
  },
  {
    name: 'what logic made counts as a write of the application',
    needs: ({ deriving }) => deriving,
    rewrite: (operation) => {
      if (operation.op === 'store')
        return { ...operation, entries: operation.entries.map((entry) => asWritten(entry)) };
      if (operation.op === 'insert')
        return { ...operation, entries: operation.entries.map((entry) => asWritten(entry)) };
      return operation;
    },
  },
  ...fastLaneMutants,
  {
    name: 'an engine forgets what another one of its branch has sent',
    needs: ({ engines }) => engines === 'two',
    rewrite: (operation, { branch }) => {
      if (operation.op === 'forgetSent') branch.local.sent.clear();
      return operation;
    },
  },
  { name: 'delete leaves no tombstone' },
  { name: "a mark's age is read from its id", needs: ({ jumping }) => jumping },
  { name: 'capture keeps the old dirty id' },
  { name: 'position before apply', needs: crashesOften },
  { name: 'what is not settled lets the position go', needs: crashesOften },
  { name: 'a takeover goes on where the dead had read', needs: crashesOften },
  { name: 'a choice goes on with the stream of now', needs: ({ restoring }) => restoring !== null },
  { name: 'the fuse does not blow', needs: ({ wiped }) => wiped },
  { name: 'sent versions survive a fallback', needs: ({ falling }) => falling },
  { name: 'pull is resumed without a comparison', needs: ({ pausing }) => pausing },
  { name: 'the rules forget that pull is off', needs: ({ pausing }) => pausing },
] as const satisfies readonly Mutant[];

/** The name of a planted mistake. */
export type MutantName = (typeof mutants)[number]['name'];

/** The mistake of that name. */
export function mutantNamed(name: MutantName | null): Mutant | null {
  return mutants.find((mutant) => mutant.name === name) ?? null;
}

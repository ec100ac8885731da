import { type ChangeEvent, type LocalDocument, type Operation } from '@bomba/sync-core';
import { type Mutant } from './mutant.js';

type Found = LocalDocument | null | 'later';

function readsDocuments({ side, op }: Operation): boolean {
  return side === 'local' && op === 'readWithin';
}

function withoutTombstones({ side, op }: Operation, answer: unknown): unknown {
  return side === 'local' && op === 'readTombstones'
    ? (answer as readonly unknown[]).map(() => null)
    : answer;
}

/** Mistakes of a fast lane that a look does not make. */
export const fastLaneMutants = [
  {
    name: "pull's lane takes a state over a write that waits",
    lane: {
      lane: 'pull',
      hear: (operation, answer) => {
        if (!readsDocuments(operation)) return answer;
        const asClean = (found: Found): Found =>
          found && found !== 'later' && !found.deleting ? { ...found, dirty: null } : found;
        return (answer as readonly Found[]).map(asClean);
      },
      ask: (operation, branch) => {
        if (operation.side !== 'local' || operation.op !== 'store') return operation;
        const entries = operation.entries.map((entry) => {
          const dirty = branch.documents.get(entry.key)?.dirty ?? null;
          return { ...entry, expected: { ...entry.expected, dirty } };
        });
        return { ...operation, entries };
      },
    },
  },
  {
    name: "pull's lane does not see what a foreign hand has edited",
    needs: ({ calm }) => calm,
    lane: {
      lane: 'pull',
      see: (event): ChangeEvent =>
        event.kind === 'state' ? { ...event, state: { ...event.state, edited: 'no' } } : event,
    },
  },
  { name: "push's lane does not look at tombstones", lane: { lane: 'push', hear: withoutTombstones } },
  {
    name: "push's lane takes all that it sent for stored",
    lane: {
      lane: 'push',
      hear: (operation, answer) =>
        operation.side === 'atlas' && operation.op === 'push'
          ? { storedCount: operation.entries.length, refused: [] }
          : answer,
    },
  },
] as const satisfies readonly Mutant[];

import { describe, expect, it } from '@jest/globals';
import { comparePair } from '../../../src/diff/same-state.js';
import { asAtlas, asLocal } from '../../../src/memory/memory-document.js';
import { type ScannedState } from '../../../src/operations/scanned-state.js';
import { stampAt } from '../protocol/stamps.js';
import { keyOf } from '../queue/operations.js';
import { digestOf, documentAt, TwoSides } from '../two-sides.js';

/** A state that nobody may take apart, which says that of any other. */
function sealed(told: 'same' | 'same-key'): ScannedState {
  const never = (): never => {
    throw new Error('taken apart');
  };
  return {
    key: keyOf(1),
    get stamp() {
      return never();
    },
    get digest() {
      return never();
    },
    get isPlain() {
      return never();
    },
    get body() {
      return never();
    },
    get onAtlas() {
      return never();
    },
    get onLocal() {
      return never();
    },
    compareBytes: () => told,
  };
}

function stateOf(content: number, told?: 'nothing' | 'same-key'): ScannedState {
  const document = documentAt(stampAt(1), content);
  const { stamp, digest, body } = document;
  const looks = { onAtlas: asAtlas(document, digestOf), onLocal: asLocal(document, digestOf) };
  const state = { key: keyOf(1), stamp, digest, isPlain: true, body, ...looks };
  return told ? { ...state, compareBytes: () => told } : state;
}

function* forEver(): Generator<never, void, unknown> {
  yield undefined as never;
}

describe('two states that may be of one key', () => {
  const { context } = new TwoSides();

  it('are not taken apart where their bytes tell that they are the same', () => {
    expect(comparePair(context, sealed('same'), sealed('same'))).toBe('same');
  });

  it('are not known to be the same while one of them is being pushed, whatever their bytes tell', () => {
    const pushing = new TwoSides().context;
    pushing.pushes.during([keyOf(1)], forEver()).next();
    expect(comparePair(pushing, sealed('same'), sealed('same'))).toBe('unsure');
  });

  it('are compared by what they hold where their bytes tell nothing, or only the key', () => {
    for (const told of [undefined, 'nothing', 'same-key'] as const) {
      expect(comparePair(context, stateOf(1, told), stateOf(1))).toBe('same');
      expect(comparePair(context, stateOf(1, told), stateOf(2))).toBe('unsure');
    }
  });

  it('are of two keys where neither their bytes nor their keys say otherwise', () => {
    const other = { ...stateOf(1), key: keyOf(2) };
    expect(comparePair(context, stateOf(1, 'nothing'), other)).toBe('apart');
    expect(comparePair(context, stateOf(1), other)).toBe('apart');
  });
});

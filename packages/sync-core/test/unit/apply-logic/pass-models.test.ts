import { describe, expect, it } from '@jest/globals';
import { asAtlas } from '../../../src/memory/memory-document.js';
import { type ModelEntry } from '../../../src/operations/model-operation.js';
import { type Operation } from '../../../src/operations/operation.js';
import { type Refusal } from '../../../src/operations/refusal.js';
import { type Body } from '../../../src/protocol/body.js';
import { applyStates } from '../../../src/pull/apply-states.js';
import { reconcile } from '../../../src/reconcile/reconcile.js';
import { v } from '../protocol/views.js';
import { keyOf } from '../queue/operations.js';
import { type Interference, writesOf } from '../run-step.js';
import { bodyOf, digestOf, documentAt, TwoSides } from '../two-sides.js';

const key = keyOf(0);
const foreign = { info: { version: 1, conflictCount: 0, instanceId: null } };
const refusal: Refusal = {
  refused: true,
  code: 'SYNC_WRITE_VALIDATION',
  reason: 'Its model does not accept total (min).',
};

/** A world whose model makes something of each state. */
function withModel(
  make: (entry: ModelEntry) => Body | Refusal,
): TwoSides & { readonly passing: Interference } {
  const sides = new TwoSides();
  sides.rules = { applyLogic: 'foreign' };
  const answer = (operation: Operation): unknown =>
    operation.side === 'model' ? operation.entries.map(make) : undefined;
  return Object.assign(sides, { passing: { answer } });
}

const double = ({ body, logic }: ModelEntry): Body =>
  logic === 'run' && (body[0] ?? 0) < 100 ? bodyOf((body[0] ?? 0) + 100) : body;

describe('what a model makes of a foreign state', () => {
  it('is stored in one write, as a local write on that state, and stands on Atlas', () => {
    const sides = withModel(double);
    sides.atlas.write(key, documentAt(v(5), 5, foreign));
    const run = sides.run(reconcile(sides.context, [key]), sides.passing);
    expect(writesOf(run)).toEqual(['insert', 'noteSent', 'push', 'acknowledge', 'forgetSent']);
    expect(sides.onLocal(key)?.content).toBe(105);
    expect(sides.atlas.documents.get(key)).toMatchObject({ body: bodyOf(105), output: true });
    expect(sides.local.documents.get(key)).toMatchObject({ dirty: null, derived: false });
  });

  it('gives way without a conflict where Atlas has moved on: the output of the other branch stands', () => {
    const sides = withModel(double);
    sides.atlas.write(key, documentAt(v(5), 5, foreign));
    sides.run(
      applyStates(sides.context, new Map([[key, asAtlas(documentAt(v(5), 5, foreign), digestOf)]])),
      sides.passing,
    );
    expect(sides.local.documents.get(key)).toMatchObject({ stamp: v(5), derived: true, body: bodyOf(105) });
    const theirs = { info: { version: 2, conflictCount: 0, instanceId: 'another-branch' } };
    sides.atlas.write(key, documentAt(v(6), 77, theirs));
    sides.run(reconcile(sides.context, [key]), sides.passing);
    expect(sides.onLocal(key)).toEqual({ content: 77, stamp: v(6) });
    expect(sides.kept).toEqual([]);
  });

  it('leaves with the document where that was deleted on Atlas', () => {
    const sides = withModel(double);
    sides.atlas.write(key, documentAt(v(5), 5, foreign));
    sides.run(
      applyStates(sides.context, new Map([[key, asAtlas(documentAt(v(5), 5, foreign), digestOf)]])),
      sides.passing,
    );
    sides.deleteOnAtlas(key, v(7));
    sides.run(reconcile(sides.context, [key]), sides.passing);
    expect([sides.onLocal(key), sides.onAtlas(key), sides.kept]).toEqual([null, null, []]);
  });

  it('is no write where it is the state itself', () => {
    const sides = withModel(({ body }) => body);
    sides.atlas.write(key, documentAt(v(5), 5, foreign));
    expect(writesOf(sides.run(reconcile(sides.context, [key]), sides.passing))).toEqual(['insert']);
    expect(sides.local.documents.get(key)).toMatchObject({ stamp: v(5), dirty: null });
  });

  it('is not stored over what the application wrote while hooks ran', () => {
    const sides = withModel(double);
    sides.share(key, v(1));
    sides.atlas.write(key, documentAt(v(5), 5, foreign));
    let isWritten = false;
    const before: Interference['before'] = ({ op }) => {
      if (op === 'store' && !isWritten) sides.write(key, v(9), 9);
      isWritten ||= op === 'store';
    };
    sides.run(reconcile(sides.context, [key]), { ...sides.passing, before });
    expect(sides.onAtlas(key)).toEqual({ content: 9, stamp: v(9) });
  });
});

describe('a state that its model refuses', () => {
  it('waits in quarantine, and Local stays as it is', () => {
    const sides = withModel(() => refusal);
    sides.share(key, v(1));
    sides.atlas.write(key, documentAt(v(5), 5, foreign));
    const { result } = sides.run(reconcile(sides.context, [key]), sides.passing);
    expect(result.refused).toEqual([key]);
    expect(sides.onLocal(key)).toEqual({ content: 1, stamp: v(1) });
    const [entry] = sides.local.quarantine.values();
    expect(entry).toMatchObject({ direction: 'atlas-to-local', stamp: v(5), refusal, body: bodyOf(5) });
  });

  it('is left to a look by the fast lane, which stores the others', () => {
    const sides = withModel(({ body }) => (body[0] === 5 ? refusal : body));
    const states = [5, 6].map(
      (content) => [keyOf(content), asAtlas(documentAt(v(5), content), digestOf)] as const,
    );
    const { result } = sides.run(applyStates(sides.context, new Map(states)), sides.passing);
    expect(result.looks).toEqual([keyOf(5)]);
    expect(sides.onLocal(keyOf(6))).toEqual({ content: 6, stamp: v(5) });
  });

  it('holds a local write that lost to it, so that it is not tried all the while, and keeps nothing yet', () => {
    const sides = withModel(() => refusal);
    sides.share(key, v(1));
    sides.write(key, v(2), 2);
    sides.atlas.write(key, documentAt(v(5), 5, foreign));
    sides.run(reconcile(sides.context, [key]), sides.passing);
    expect(sides.local.documents.get(key)).toMatchObject({ dirty: v(2), held: true, body: bodyOf(2) });
    expect(sides.kept).toEqual([]);
  });
});

import { describe, expect, it } from '@jest/globals';
import { type ModelEntry } from '../../../src/operations/model-operation.js';
import { type Refusal } from '../../../src/operations/refusal.js';
import { type Body } from '../../../src/protocol/body.js';
import { retryFreed } from '../../../src/quarantine/retry-freed.js';
import { sweepQuarantine } from '../../../src/quarantine/sweep-quarantine.js';
import { reconcile } from '../../../src/reconcile/reconcile.js';
import { v } from '../protocol/views.js';
import { keyOf } from '../queue/operations.js';
import { beforeFirst, type Interference } from '../run-step.js';
import { bodyOf, documentAt, refusal, TwoSides } from '../two-sides.js';

const [former, winner] = [keyOf(0), keyOf(1)];
const [TAKEN, GIVEN] = [5, 7];
const foreign = { info: { version: 1, conflictCount: 0, instanceId: null } };

/** On Atlas a document has given its value up, and another one has it: Local hears of that one first. */
function inTheWay(isDirty: boolean): TwoSides {
  const sides = new TwoSides({ uniqueOf: ([value]) => ({ number: String(value) }) });
  sides.rules = { applyLogic: 'foreign' };
  sides.share(former, v(1), TAKEN);
  if (isDirty) sides.local.documents.set(former, documentAt(v(1), TAKEN, { dirty: v(2) }));
  sides.atlas.write(former, documentAt(v(3), GIVEN, foreign));
  sides.writeOnAtlas(winner, v(4), TAKEN);
  return sides;
}

function modelOf(make: (body: Body) => Body | Refusal): Interference {
  const pass = ({ key, body }: ModelEntry): Body | Refusal => (key === former ? make(body) : body);
  return {
    answer: (operation) => (operation.side === 'model' ? operation.entries.map(pass) : undefined),
  };
}

describe.each([
  ['a clean document', false],
  ['a local write', true],
])("Atlas' version of %s that makes way", (_, isDirty) => {
  it('passes its model, and is as the model makes it', () => {
    const sides = inTheWay(isDirty);
    sides.run(
      reconcile(sides.context, [winner]),
      modelOf(() => bodyOf(8)),
    );
    expect(sides.onLocal(winner)?.content).toBe(TAKEN);
    expect(sides.onLocal(former)?.content).toBe(8);
  });

  it('is not stored where its model refuses it: both wait, and come once the model accepts it', () => {
    const sides = inTheWay(isDirty);
    const refusing = modelOf(() => refusal);
    sides.run(reconcile(sides.context, [winner]), refusing);
    expect([former, winner].map((key) => sides.onLocal(key)?.content)).toEqual([TAKEN, undefined]);
    expect([...sides.local.quarantine.values()]).toMatchObject([
      { key: former, waits: 'in-place', refusal, body: bodyOf(GIVEN) },
      { key: winner, waits: 'in-place', refusal: { holder: former } },
    ]);
    const accepting = modelOf((body) => body);
    sides.run(reconcile(sides.context, [former]), accepting);
    const { freed } = sides.run(sweepQuarantine({ after: null, limit: 100 })).result;
    sides.run(retryFreed(sides.context, freed), accepting);
    expect([former, winner].map((key) => sides.onLocal(key)?.content)).toEqual([GIVEN, TAKEN]);
  });
});

describe('a local write that two lanes set aside at once', () => {
  it.each([
    ['and Atlas has nothing of its document', null],
    ['and Atlas has another version of its document', v(1)],
  ])('waits in quarantine, %s', (_, base) => {
    const sides = new TwoSides({ uniqueOf: ([value]) => ({ number: String(value) }) });
    if (base) sides.share(former, base, GIVEN);
    sides.write(former, v(2), TAKEN);
    sides.writeOnAtlas(winner, v(4), TAKEN);
    const other = () => sides.run(reconcile(sides.context, [winner]));
    sides.run(reconcile(sides.context, [winner]), beforeFirst(base ? 'store' : 'remove', other));
    expect(sides.onLocal(winner)?.content).toBe(TAKEN);
    expect(sides.onLocal(former)?.content).toBe(base ? GIVEN : undefined);
    expect([...sides.local.quarantine.values()]).toMatchObject([
      { key: former, waits: 'aside', stamp: v(2), body: bodyOf(TAKEN) },
    ]);
  });

  it('waits in its document alone where it was written again meanwhile', () => {
    const sides = new TwoSides({ uniqueOf: ([value]) => ({ number: String(value) }) });
    sides.write(former, v(2), TAKEN);
    sides.writeOnAtlas(winner, v(4), TAKEN);
    const again = (): void => sides.write(former, v(3), GIVEN);
    sides.run(reconcile(sides.context, [winner]), beforeFirst('remove', again));
    expect(sides.onLocal(former)?.content).toBe(GIVEN);
    expect(sides.local.quarantine.size).toBe(0);
  });
});

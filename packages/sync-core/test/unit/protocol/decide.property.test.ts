import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Answer } from '../../../src/protocol/answer.js';
import { decide } from '../../../src/protocol/decide.js';
import { referenceDecide } from './reference-decide.js';
import { anyRefView, toAnswer, toRules, toView } from './reference-views.js';

const { numRuns = 100 } = fc.readConfigureGlobal();

/** Every answer of the protocol, with each of its flags, that the reference knows. */
const everyAnswer = [
  'acknowledge',
  'acknowledgeDelete',
  'adopt',
  'correctTime',
  'dropPending',
  'dropPending lost',
  'finishDelete',
  'finishDelete keepCopy',
  'markDirty',
  'noteDelete',
  'nothing',
  'push',
  'push create',
  'pushDelete',
  'pushTombstone',
  'rebase',
  'rebase keepLoser',
  'rebaseDelete',
  'rebaseDelete keepLoser',
  'recordForeignDelete',
  'recordForeignDelete timeMs',
  'removeLocal',
  'removeLocal keepCopy',
  'seal',
  'takeAtlas',
  'takeAtlas floor',
  'takeAtlas keepLoser',
  'takeDelete',
  'takeDelete keepLoser',
];

/** An answer by its name and the details that make it another one. */
function describeAnswer(answer: Answer): string {
  const told = Object.entries(answer).flatMap(([name, value]) => (value === true ? name : []));
  if (answer.do === 'takeAtlas' && answer.floor !== null) told.push('floor');
  if (answer.do === 'recordForeignDelete' && answer.timeMs !== null) told.push('timeMs');
  return [answer.do, ...told].join(' ');
}

describe('decide', () => {
  it('gives the answer of the reference, whatever both sides hold', () => {
    fc.assert(
      fc.property(anyRefView, (view) => {
        expect(decide(toView(view), toRules(view))).toEqual(toAnswer(referenceDecide(view)));
      }),
      { numRuns: numRuns * 50 },
    );
  });

  it('is asked for every answer by the views that the reference is compared on', () => {
    const views = fc.sample(anyRefView, { seed: 1, numRuns: 10_000 });
    const found = new Set(views.map((view) => describeAnswer(decide(toView(view), toRules(view)))));
    expect([...found].toSorted()).toEqual(everyAnswer);
  });
});

import { describe, expect, it } from '@jest/globals';
import { checkHistory, unansweredPushes } from '../../../src/chaos/index.js';
import { HistoryBuilder } from './history-builder.js';

const TAIL = '7abc8123456789abcdef';
const STAMP = `000000000001${TAIL}`;
const LATER = `000000000002${TAIL}`;

const written = (): HistoryBuilder => new HistoryBuilder().write('a', 'put', 'x');
const stored = (history: HistoryBuilder): HistoryBuilder => history.version('atlas', 'x', STAMP);
const recognisedOf = ({ history }: HistoryBuilder): readonly boolean[] =>
  unansweredPushes(history).map(({ isRecognised }) => isRecognised);

describe('a push that Atlas stored while no answer came through', () => {
  it('is recognised where the branch has that very version later', () => {
    expect(recognisedOf(written().silence('a', stored).version('a', 'x', STAMP))).toEqual([true]);
  });

  it('is not where the branch never has it', () => {
    expect(recognisedOf(written().silence('a', stored).version('a', 'x', LATER))).toEqual([false]);
  });

  it('was answered where the branch had the version before the silence ended', () => {
    const answered = written().silence('a', (history) => stored(history).version('a', 'x', STAMP));
    expect(recognisedOf(answered)).toEqual([]);
  });

  it.each([
    ['the silence was another branch’s', written().silence('b', stored)],
    ['it was stored before', stored(written()).silence('a', () => undefined)],
    ['it was stored afterwards', stored(written().silence('a', () => undefined))],
    ['a foreign hand wrote it', new HistoryBuilder().silence('a', stored)],
  ])('is none where %s', (_, history) => {
    expect(recognisedOf(history.version('a', 'x', STAMP))).toEqual([]);
  });
});

it('a write that becomes two versions was pushed twice', () => {
  const rules = (history: HistoryBuilder): readonly string[] =>
    checkHistory(history.sight('atlas', 'x').end('x').history).map(({ rule }) => rule);
  expect(rules(stored(written()).version('atlas', 'x', LATER))).toEqual(['pushed-twice']);
  expect(rules(stored(written()).version('atlas', 'x', STAMP))).toEqual([]);
  expect(rules(stored(written()).version('a', 'x', LATER))).toEqual([]);
});

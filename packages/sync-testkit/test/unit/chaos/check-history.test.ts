import { describe, expect, it } from '@jest/globals';
import { checkHistory } from '../../../src/chaos/index.js';
import { HistoryBuilder } from './history-builder.js';

const told = (): HistoryBuilder => new HistoryBuilder();
const rulesBrokenBy = ({ history }: HistoryBuilder): readonly string[] =>
  checkHistory(history).map(({ rule }) => rule);

/** `x` written by a, and arrived everywhere. */
const everywhere = (): HistoryBuilder => told().write('a', 'put', 'x').sight('atlas', 'x').sight('b', 'x');

const sound: readonly (readonly [string, HistoryBuilder])[] = [
  ['a write that arrives everywhere', everywhere().end('x')],
  ['an edit on top of another branch’s write', everywhere().write('b', 'edit', 'y', { n: 2 }).end('y', 2)],
  [
    'two writes that had not seen each other, with the loser kept',
    everywhere()
      .write('a', 'put', 'y')
      .write('b', 'put', 'z')
      .sight('atlas', 'z')
      .sight('a', 'z')
      .keep('y')
      .end('z'),
  ],
  [
    'a loser that is kept with what was written on top of it',
    everywhere()
      .write('a', 'edit', 'y', { n: 2 })
      .write('a', 'edit', 'y2', { n: 3 })
      .write('b', 'put', 'z')
      .sight('atlas', 'z')
      .sight('a', 'z')
      .keep('y2', 3)
      .end('z'),
  ],
  ['a deletion', everywhere().write('b', 'delete', 'd').removal('atlas').removal('a').end(null)],
  [
    'a deletion that lost to a write that had not seen it',
    everywhere()
      .write('b', 'delete', 'd')
      .write('a', 'edit', 'y', { n: 2 })
      .sight('atlas', 'y', 2)
      .sight('b', 'y', 2)
      .end('y', 2),
  ],
  [
    'a key that is written again after its deletion, where it was deleted',
    everywhere().write('b', 'delete', 'd').write('b', 'put', 'y').end('y'),
  ],
  [
    'a key that is written again on another branch than where it was deleted',
    everywhere().write('b', 'delete', 'd').removal('atlas').removal('a').write('a', 'edit', 'y').end('y'),
  ],
  [
    'a write that nobody heard of, and that took place',
    everywhere().write('b', 'put', 'y').unanswered().end('y'),
  ],
  [
    'a write that nobody heard of, and that did not take place',
    everywhere().write('b', 'put', 'y', false).unanswered().end('x'),
  ],
  ['a foreign edit', everywhere().write('atlas', 'edit', 'f', { n: 2 }).sight('a', 'f', 2).end('f', 2)],
  [
    'a foreign edit that is overwritten in the moment before sync has seen it',
    everywhere()
      .write('atlas', 'edit', 'f', { n: 2 })
      .write('b', 'put', 'y')
      .sight('atlas', 'y')
      .sight('a', 'y')
      .end('y'),
  ],
  ['a foreign deletion', everywhere().foreignDelete('fd', 'x').removal('a').removal('b').end(null)],
];

const planted: readonly (readonly [string, string, HistoryBuilder])[] = [
  ['sides that end different', 'convergence', everywhere().end('x').endAt('b', null)],
  ['a document that stays dirty', 'leftover', everywhere().end('x').leave('items k is dirty')],
  [
    'an acknowledged write that another branch overwrote unseen, and nobody kept',
    'lost',
    everywhere().write('a', 'put', 'y').write('b', 'put', 'z').sight('atlas', 'z').sight('a', 'z').end('z'),
  ],
  [
    'a write that sync removed unseen, and nobody kept',
    'lost',
    everywhere().write('b', 'delete', 'd').write('a', 'put', 'y').removal('a').end(null),
  ],
  [
    'a write that sync removed unseen, where the key is written again',
    'lost',
    everywhere()
      .write('b', 'delete', 'd')
      .write('a', 'put', 'y')
      .removal('a')
      .write('a', 'put', 'z')
      .end('z'),
  ],
  [
    'an earlier edit that is missing from what stands in the end',
    'lost',
    told().write('a', 'put', 'x').write('b', 'edit', 'y').sight('a', 'y').sight('atlas', 'y').end('y'),
  ],
  [
    'a deleted document that comes back',
    'resurrection',
    everywhere().write('b', 'delete', 'd').removal('atlas').sight('atlas', 'x').sight('b', 'x').end('x'),
  ],
  [
    'a write that loses to what it had seen, though it is kept',
    'lost-to-the-seen',
    everywhere().write('b', 'edit', 'y', { n: 2 }).sight('b', 'x').keep('y', 2).end('x'),
  ],
  [
    'a deletion that undoes what had seen it',
    'lost-to-the-seen',
    everywhere().write('b', 'delete', 'd').write('b', 'put', 'y').removal('b').keep('y').end(null),
  ],
  [
    'a document that vanishes without a deletion',
    'lost-to-the-seen',
    everywhere().removal('atlas').removal('a').removal('b').end(null),
  ],
  ['content that nobody wrote', 'phantom', everywhere().sight('b', 'ghost').end('ghost')],
  [
    'content that nobody wrote, seen only for a moment',
    'phantom',
    everywhere().sight('b', 'ghost').sight('b', 'x').end('x'),
  ],
  [
    'a mixture of two writes',
    'phantom',
    everywhere().write('b', 'edit', 'y', { n: 2, copy: 'x' }).end('y', 2),
  ],
  ['an edit that was done twice', 'phantom', everywhere().write('b', 'edit', 'y', { n: 3 }).end('y', 3)],
  [
    'content that its own branch never had',
    'phantom',
    told().write('a', 'put', 'x', false).unanswered().sight('atlas', 'x').end('x'),
  ],
  ['content in the conflict store that nobody wrote', 'phantom', everywhere().keep('ghost').end('x')],
  [
    'a removal in the name of an application that had asked for none',
    'phantom',
    everywhere().removal('b', { isMarked: true }).end(null),
  ],
  [
    'an acknowledged write that never took place',
    'never-happened',
    everywhere().write('b', 'put', 'y', false).end('x'),
  ],
  [
    'an acknowledged deletion that never took place',
    'never-happened',
    everywhere().write('b', 'delete', 'd', false).end('x'),
  ],
];

describe('the checker of histories', () => {
  it.each(sound)('finds nothing wrong with %s', (_, history) => {
    expect(rulesBrokenBy(history)).toEqual([]);
  });

  it.each(planted)('finds %s', (_, rule, history) => {
    expect(rulesBrokenBy(history)).toContain(rule);
  });

  it('names the key and the write', () => {
    const [found] = checkHistory(
      everywhere().write('a', 'put', 'y').write('b', 'put', 'z').sight('atlas', 'z').sight('a', 'z').end('z')
        .history,
    );
    expect(found).toMatchObject({ rule: 'lost', key: 'k', detail: expect.stringContaining('y') });
  });
});

import { clean, deletedOnAtlas, dirty, onAtlas, pending, sent, tombstone, v } from '../views.js';
import { type Cases, nothing } from './decide-case.js';

const oneWay = { oneWay: true };

/** What changes where pull is off: Local's content is never changed or removed, and push goes on. */
export const oneWayCases: Cases = {
  'pull is off, and Local is clean where Atlas has': [
    ['a newer version', [clean(v(1)), onAtlas(v(2))], nothing, oneWay],
    ['a deletion', [clean(v(1)), deletedOnAtlas(v(2), v(1))], nothing, oneWay],
    ['nothing at all', [clean(v(1))], nothing, oneWay],
    ['what Local never had', [onAtlas(v(1))], nothing, oneWay],
  ],

  'pull is off, and Local was written where Atlas has': [
    ['its base', [dirty(v(4), v(1)), onAtlas(v(1))], { do: 'push', stamp: v(4), create: false }, oneWay],
    [
      'a later write unseen',
      [dirty(v(4), v(1)), onAtlas(v(5))],
      { do: 'rebase', onto: v(5), keepLoser: true },
      oneWay,
    ],
    [
      'an earlier write unseen',
      [dirty(v(4), v(1)), onAtlas(v(3))],
      { do: 'rebase', onto: v(3), keepLoser: true },
      oneWay,
    ],
    [
      'a version that this Local sent',
      [dirty(v(4), v(1)), onAtlas(v(9)), sent(v(9))],
      { do: 'rebase', onto: v(9), keepLoser: false },
      oneWay,
    ],
    [
      'a later deletion',
      [dirty(v(4), v(1)), deletedOnAtlas(v(5), v(1))],
      { do: 'rebase', onto: v(5), keepLoser: false },
      oneWay,
    ],
    [
      'a later write, but the one here is held',
      [dirty(v(4), v(1), { held: true }), onAtlas(v(5))],
      nothing,
      oneWay,
    ],
    [
      'a later write unseen, but the one here is only the output of logic',
      [dirty(v(4), v(1), { derived: true }), onAtlas(v(5))],
      nothing,
      oneWay,
    ],
    [
      'a deletion, but the write here is only the output of logic',
      [dirty(v(4), v(1), { derived: true }), deletedOnAtlas(v(5), v(1))],
      nothing,
      oneWay,
    ],
    [
      'nothing at all, but the write here is only the output of logic',
      [dirty(v(4), v(1), { derived: true })],
      nothing,
      oneWay,
    ],
    [
      'lost it long after the write',
      [dirty(v(4), v(1))],
      { do: 'recordForeignDelete', base: v(1), timeMs: 50 },
      { ...oneWay, horizonMs: 50 },
    ],
  ],

  'pull is off, and Local deleted where Atlas has': [
    ['its base', [tombstone(pending), onAtlas(v(2))], { do: 'pushDelete', base: v(2), stamp: v(6) }, oneWay],
    [
      'the document here still',
      [clean(v(2)), tombstone(pending), onAtlas(v(2))],
      { do: 'removeLocal', keepCopy: false, thenBase: v(2) },
      oneWay,
    ],
    [
      'a later write unseen',
      [tombstone(pending), onAtlas(v(7))],
      { do: 'rebaseDelete', onto: v(7), keepLoser: true },
      oneWay,
    ],
  ],
};

import { clean, deletedOnAtlas, dirty, onAtlas, pending, sent, tombstone, v } from '../views.js';
import { type Cases, nothing } from './decide-case.js';

/** What becomes of a deletion on Local that Atlas may not have. */
export const localDeleteCases: Cases = {
  'somebody else holds a document whose id may stand for two writes': [
    ['and Atlas has what it builds on', [dirty(v(3), v(1), { contended: true }), onAtlas(v(1))], nothing],
    ['and Atlas has another version', [dirty(v(3), v(1), { contended: true }), onAtlas(v(2))], nothing],
  ],

  'a delete on Local is under way': [
    ['of a clean document', [clean(v(1), { deleting: true }), onAtlas(v(2))], nothing],
    ['of a dirty document', [dirty(v(3), v(1), { deleting: true }), onAtlas(v(1))], nothing],
    ['of a document that was never marked', [clean(null, { deleting: true })], nothing],
  ],

  'Local has a document and its pending deletion, and the document': [
    [
      'was written since',
      [dirty(v(7), v(2)), tombstone(pending)],
      { do: 'dropPending', floor: v(6), lost: false },
    ],
    [
      'was recreated',
      [dirty(v(7), null), tombstone(pending)],
      { do: 'rebase', onto: v(2), keepLoser: false },
    ],
    [
      'was recreated after a deletion that never had a base',
      [dirty(v(7), null), tombstone({ pending: v(6), stamp: v(4) })],
      { do: 'rebase', onto: v(4), keepLoser: false },
    ],
    [
      'was recreated and never reached Atlas',
      [dirty(v(7), null), tombstone({ pending: v(6) })],
      { do: 'dropPending', floor: v(6), lost: false },
    ],
    [
      'is the one that was deleted',
      [clean(v(2)), tombstone(pending), onAtlas(v(2))],
      { do: 'removeLocal', keepCopy: false, thenBase: v(2) },
    ],
    [
      'took a newer version that is older than the deletion',
      [clean(v(3)), tombstone(pending), onAtlas(v(3))],
      { do: 'removeLocal', keepCopy: true, thenBase: v(3) },
    ],
    [
      'took a version that is newer than the deletion',
      [clean(v(8)), tombstone(pending), onAtlas(v(8))],
      { do: 'dropPending', floor: v(6), lost: true },
    ],
  ],

  'Local deleted, and Atlas has': [
    [
      'its tombstone',
      [tombstone(pending), deletedOnAtlas(v(6), v(2))],
      { do: 'acknowledgeDelete', stamp: v(6) },
    ],
    [
      'its tombstone, lifted, and the key was recreated since',
      [tombstone(pending), onAtlas(v(9)), deletedOnAtlas(v(6, 70), v(2))],
      { do: 'acknowledgeDelete', stamp: v(6, 70) },
    ],
    ['its base', [tombstone(pending), onAtlas(v(2))], { do: 'pushDelete', base: v(2), stamp: v(6) }],
    [
      'its base, of a later time',
      [tombstone({ pending: v(6), base: v(7) }), onAtlas(v(7))],
      { do: 'pushDelete', base: v(7), stamp: v(6, 71) },
    ],
    [
      'its base, and Local knows a later deletion',
      [tombstone({ ...pending, stamp: v(7) }), onAtlas(v(2))],
      { do: 'pushDelete', base: v(2), stamp: v(6, 71) },
    ],
    [
      'its base, and Local gave up a later deletion',
      [tombstone({ ...pending, floor: v(8) }), onAtlas(v(2))],
      { do: 'pushDelete', base: v(2), stamp: v(6, 81) },
    ],
    [
      'its base, and the write it deleted may be there later than it',
      [tombstone({ pending: v(6), base: v(7), last: v(5) }), onAtlas(v(7))],
      { do: 'pushDelete', base: v(7), stamp: v(6, 72) },
    ],
    [
      'a version that this Local sent before it deleted',
      [tombstone(pending), onAtlas(v(9)), sent(v(9))],
      { do: 'rebaseDelete', onto: v(9), keepLoser: false },
    ],
    [
      'the write that it deleted, of which no note is left',
      [tombstone({ ...pending, last: v(5) }), onAtlas(v(5))],
      { do: 'rebaseDelete', onto: v(5), keepLoser: false },
    ],
    [
      'an earlier write unseen',
      [tombstone(pending), onAtlas(v(3))],
      { do: 'rebaseDelete', onto: v(3), keepLoser: true },
    ],
    [
      'a later write unseen',
      [tombstone(pending), onAtlas(v(9))],
      { do: 'takeAtlas', keepLoser: false, floor: v(6) },
    ],
    [
      'a later deletion',
      [tombstone(pending), deletedOnAtlas(v(9))],
      { do: 'acknowledgeDelete', stamp: v(9) },
    ],
    [
      'an earlier deletion',
      [tombstone(pending), deletedOnAtlas(v(5))],
      { do: 'pushTombstone', base: v(2), stamp: v(6) },
    ],
    ['nothing', [tombstone(pending)], { do: 'pushTombstone', base: v(2), stamp: v(6) }],
    ['nothing, as ever', [tombstone({ pending: v(6) })], { do: 'pushTombstone', base: null, stamp: v(6) }],
  ],
};

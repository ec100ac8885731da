import { clean, deletedOnAtlas, dirty, onAtlas, sent, sharedBytes, tombstone, v } from '../views.js';
import { type Cases, nothing, takeAtlas } from './decide-case.js';

/** What becomes of a write on Local that Atlas may not have. */
export const localWriteCases: Cases = {
  'an id is later than Atlas allows': [
    [
      'of a write',
      [dirty(v(9), v(1)), onAtlas(v(1))],
      { do: 'correctTime', ceilingMs: 80 },
      { ceilingMs: 80 },
    ],
    [
      'of a held write',
      [dirty(v(9), null, { held: true })],
      { do: 'correctTime', ceilingMs: 80 },
      { ceilingMs: 80 },
    ],
    [
      'of a deletion',
      [tombstone({ pending: v(9) })],
      { do: 'correctTime', ceilingMs: 80 },
      { ceilingMs: 80 },
    ],
    [
      'of the write that a deletion found',
      [tombstone({ pending: v(7), last: v(9) })],
      { do: 'correctTime', ceilingMs: 80 },
      { ceilingMs: 80 },
    ],
    ['by nothing', [dirty(v(8), null)], { do: 'push', stamp: v(8), create: true }, { ceilingMs: 80 }],
    ['of what is on Atlas already', [clean(v(9)), onAtlas(v(9))], nothing, { ceilingMs: 80 }],
    ['of a deletion no longer pending', [tombstone({ stamp: v(9), last: v(9) })], nothing, { ceilingMs: 80 }],
  ],

  'Local was written, and Atlas has': [
    ['that write', [dirty(v(4), v(1)), onAtlas(v(4))], { do: 'acknowledge', stamp: v(4) }],
    ['that write, lifted', [dirty(v(4), v(1)), onAtlas(v(4, 99))], { do: 'acknowledge', stamp: v(4, 99) }],
    [
      'that write, though it is held',
      [dirty(v(4), v(1), { held: true }), onAtlas(v(4))],
      { do: 'acknowledge', stamp: v(4) },
    ],
    ['the same bytes', [dirty(v(4), v(1), sharedBytes), onAtlas(v(9))], { do: 'acknowledge', stamp: v(9) }],
    ['its base', [dirty(v(4), v(1)), onAtlas(v(1))], { do: 'push', stamp: v(4), create: false }],
    [
      'its base, of a later time',
      [dirty(v(4), v(7)), onAtlas(v(7))],
      { do: 'push', stamp: v(4, 71), create: false },
    ],
    [
      'its base, and Local knows a later deletion',
      [dirty(v(4), v(1)), tombstone({ stamp: v(5) }), onAtlas(v(1))],
      { do: 'push', stamp: v(4, 51), create: false },
    ],
    [
      'its base, and Local gave up a later deletion',
      [dirty(v(4), v(1)), tombstone({ floor: v(6) }), onAtlas(v(1))],
      { do: 'push', stamp: v(4, 61), create: false },
    ],
    ['its base, but the write is held', [dirty(v(4), v(1), { held: true }), onAtlas(v(1))], nothing],
    [
      'another version that this Local sent',
      [dirty(v(4), v(1)), onAtlas(v(9)), sent(v(9))],
      { do: 'rebase', onto: v(9), keepLoser: false },
    ],
    [
      'an earlier write unseen',
      [dirty(v(4), v(1)), onAtlas(v(3))],
      { do: 'rebase', onto: v(3), keepLoser: true },
    ],
    [
      'an earlier write unseen, though the clock of Local was behind its base',
      [dirty(v(4), v(7)), onAtlas(v(8, 70))],
      { do: 'rebase', onto: v(8, 70), keepLoser: true },
    ],
    [
      'a later write unseen',
      [dirty(v(4), v(1)), onAtlas(v(5))],
      { do: 'takeAtlas', keepLoser: true, floor: null },
    ],
    [
      'a later write unseen, and the write is held',
      [dirty(v(4), v(1), { held: true }), onAtlas(v(5))],
      { do: 'takeAtlas', keepLoser: true, floor: null },
    ],
    [
      'a version where it is new',
      [dirty(v(4), null), onAtlas(v(3))],
      { do: 'rebase', onto: v(3), keepLoser: true },
    ],
    [
      'any other version, and it was derived',
      [dirty(v(4), v(1), { derived: true }), onAtlas(v(3))],
      takeAtlas,
    ],
    ['any other version of a record', [dirty(v(4), null), onAtlas(v(3))], takeAtlas, { insertOnly: true }],
    [
      'a version sent before, and it was derived',
      [dirty(v(4), v(1), { derived: true }), onAtlas(v(3)), sent(v(3))],
      { do: 'rebase', onto: v(3), keepLoser: false },
    ],
    [
      'nothing yet of a record',
      [dirty(v(4), null)],
      { do: 'push', stamp: v(4), create: true },
      { insertOnly: true },
    ],
  ],

  'a write on Local changed nothing': [
    ['of what Atlas has', [dirty(v(4), v(1), { unchanged: true }), onAtlas(v(1))], { do: 'clear' }],
    ['of what Atlas moved on from', [dirty(v(4), v(1), { unchanged: true }), onAtlas(v(9))], takeAtlas],
    [
      'of what Atlas lost',
      [dirty(v(4), v(1), { unchanged: true }), deletedOnAtlas(v(9))],
      { do: 'takeDelete', stamp: v(9), keepLoser: false },
    ],
    [
      'of what is gone from Atlas with nobody to say why',
      [dirty(v(4), v(1), { unchanged: true })],
      { do: 'recordForeignDelete', base: v(1), timeMs: null },
    ],
    [
      'of what Atlas moved on from, and nothing comes from there',
      [dirty(v(4), v(1), { unchanged: true }), onAtlas(v(9))],
      { do: 'clear' },
      { oneWay: true },
    ],
    [
      'of what Atlas lost, and nothing comes from there',
      [dirty(v(4), v(1), { unchanged: true }), deletedOnAtlas(v(9))],
      { do: 'clear' },
      { oneWay: true },
    ],
    [
      'but an earlier one may be on Atlas',
      [dirty(v(4), v(1), { unchanged: true }), onAtlas(v(1)), sent(v(3))],
      { do: 'push', stamp: v(4), create: false },
    ],
    [
      'but it has no version yet',
      [dirty(v(4), null, { unchanged: true })],
      { do: 'push', stamp: v(4), create: true },
    ],
  ],

  'Local was written, Atlas has no document, and': [
    ['it is new', [dirty(v(4), null)], { do: 'push', stamp: v(4), create: true }],
    ['it is new but held', [dirty(v(4), null, { held: true })], nothing],
    ['it is new and old', [dirty(v(4), null)], { do: 'push', stamp: v(4), create: true }, { horizonMs: 50 }],
    ['nobody says when it went', [dirty(v(4), v(1))], { do: 'push', stamp: v(4), create: true }],
    [
      'it may have gone long after the write',
      [dirty(v(4), v(1))],
      { do: 'recordForeignDelete', base: v(1), timeMs: 50 },
      { horizonMs: 50 },
    ],
    [
      'it was written at the horizon',
      [dirty(v(5), v(1))],
      { do: 'push', stamp: v(5), create: true },
      { horizonMs: 50 },
    ],
    [
      'it builds on the deletion',
      [dirty(v(4), v(3)), deletedOnAtlas(v(3))],
      { do: 'push', stamp: v(4), create: true },
    ],
    [
      'it builds on what came after the deletion',
      [dirty(v(4), v(3)), deletedOnAtlas(v(2))],
      { do: 'push', stamp: v(4), create: true },
    ],
    [
      'the deletion was earlier',
      [dirty(v(4), v(1)), deletedOnAtlas(v(3), v(1))],
      { do: 'rebase', onto: v(3), keepLoser: false },
    ],
    [
      'the deletion was later',
      [dirty(v(4), v(1)), deletedOnAtlas(v(5), v(1))],
      { do: 'takeDelete', stamp: v(5), keepLoser: true },
    ],
    [
      'the later deletion has been noted here already',
      [dirty(v(4), v(1)), tombstone({ stamp: v(5) }), deletedOnAtlas(v(5), v(1))],
      { do: 'takeDelete', stamp: v(5), keepLoser: true },
    ],
    [
      'the later deletion has been noted here, and its tombstone has expired on Atlas',
      [dirty(v(4), v(1)), tombstone({ stamp: v(5) })],
      { do: 'takeDelete', stamp: v(5), keepLoser: true },
    ],
    [
      'it was there, without a base, when the later deletion was noted',
      [dirty(v(4), null), tombstone({ stamp: v(5), over: v(4) }), deletedOnAtlas(v(5), v(1))],
      { do: 'takeDelete', stamp: v(5), keepLoser: true },
    ],
    [
      'it was created after the later deletion had been noted',
      [dirty(v(4), null), tombstone({ stamp: v(5), over: v(3) }), deletedOnAtlas(v(5), v(1))],
      { do: 'rebase', onto: v(5), keepLoser: false },
    ],
    [
      'the later deletion was sent from here',
      [dirty(v(4), v(1)), deletedOnAtlas(v(5), v(1)), sent(v(5))],
      { do: 'rebase', onto: v(5), keepLoser: false },
    ],
    [
      'it was derived from what was deleted',
      [dirty(v(9), v(1), { derived: true }), deletedOnAtlas(v(5), v(1))],
      { do: 'takeDelete', stamp: v(5), keepLoser: false },
    ],
    [
      'it was derived from what is gone',
      [dirty(v(9), v(1), { derived: true })],
      { do: 'recordForeignDelete', base: v(1), timeMs: null },
    ],
  ],
};

import { clean, deletedOnAtlas, dirty, onAtlas, ourBytes, sharedBytes, tombstone, v } from '../views.js';
import { type Cases, nothing, takeAtlas } from './decide-case.js';

const otherBytes = Uint8Array.of(3);

/** What a foreign hand did: on Atlas, past the tombstones there, and past capture on Local. */
export const foreignHandCases: Cases = {
  'a foreign hand wrote on Atlas': [
    ['whole', [onAtlas(null)], { do: 'seal', above: null, keepLocal: false }],
    ['in place', [onAtlas(v(3), { edited: 'yes' })], { do: 'seal', above: v(3), keepLocal: false }],
    ['what Local holds', [clean(v(3)), onAtlas(null)], { do: 'seal', above: v(3), keepLocal: false }],
    [
      'after a deletion that Atlas knows',
      [clean(v(1)), tombstone({ stamp: v(2), floor: v(3) }), onAtlas(null), deletedOnAtlas(v(4))],
      { do: 'seal', above: v(4), keepLocal: false },
    ],
    [
      'after a deletion that Local knows',
      [clean(v(1)), tombstone({ stamp: v(5), floor: v(3) }), onAtlas(null), deletedOnAtlas(v(4))],
      { do: 'seal', above: v(5), keepLocal: false },
    ],
    [
      'after a deletion that was given up',
      [tombstone({ stamp: v(2), floor: v(6) }), onAtlas(null), deletedOnAtlas(v(4))],
      { do: 'seal', above: v(6), keepLocal: false },
    ],
    [
      'what a tombstone covers',
      [onAtlas(v(3), { edited: 'yes' }), deletedOnAtlas(v(4), v(3))],
      { do: 'seal', above: v(4), keepLocal: false },
    ],
    [
      'while Local was written',
      [dirty(v(9), v(3)), onAtlas(v(3), { edited: 'yes' })],
      { do: 'seal', above: v(3), keepLocal: false },
    ],
    [
      'while Local is deleted',
      [clean(v(3), { deleting: true }), onAtlas(v(3), { edited: 'yes' })],
      { do: 'seal', above: v(3), keepLocal: false },
    ],
  ],

  'the digest on Atlas does not speak of all fields, and': [
    [
      'Local is what it speaks of: the rest gets a version of its own',
      [clean(v(3)), onAtlas(v(3), { edited: 'unknown', covered: sharedBytes.body, ...ourBytes })],
      { do: 'seal', above: v(3), keepLocal: false },
    ],
    [
      'Local is something else: it is kept',
      [clean(v(3), ourBytes), onAtlas(v(3), { edited: 'unknown', covered: otherBytes })],
      { do: 'seal', above: v(3), keepLocal: true },
    ],
    [
      'Local was written: the write has not seen the rest',
      [dirty(v(9), v(3)), onAtlas(v(3), { edited: 'unknown', covered: otherBytes })],
      { do: 'seal', above: v(3), keepLocal: false },
    ],
    [
      'Local says that it was edited',
      [clean(v(3), { edited: true, ...ourBytes }), onAtlas(v(3), { edited: 'unknown', covered: otherBytes })],
      { do: 'seal', above: v(3), keepLocal: false },
    ],
    [
      'Local holds the same',
      [clean(v(3)), onAtlas(v(3), { edited: 'unknown', covered: otherBytes })],
      nothing,
    ],
  ],

  'the digest on Local does not speak of all fields, and at that version': [
    [
      'Local is clean and Atlas has others: the rest gets a version of its own, as Local would else count as edited',
      [clean(v(3), { covered: sharedBytes.body }), onAtlas(v(3), ourBytes)],
      { do: 'seal', above: v(3), keepLocal: false },
    ],
    [
      'no digest tells whether Atlas was edited: Local is kept',
      [clean(v(3), { covered: sharedBytes.body }), onAtlas(v(3), { edited: 'unknown', ...ourBytes })],
      { do: 'seal', above: v(3), keepLocal: true },
    ],
    [
      'Local was written: the write has not seen the rest',
      [dirty(v(9), v(3), { covered: otherBytes }), onAtlas(v(3))],
      { do: 'seal', above: v(3), keepLocal: false },
    ],
    [
      'only Local has others: they are a write of unknown time',
      [clean(v(3), { covered: sharedBytes.body, edited: true, ...ourBytes }), onAtlas(v(3))],
      { do: 'markDirty' },
    ],
    ['Local holds the same', [clean(v(3), { covered: otherBytes }), onAtlas(v(3))], nothing],
  ],

  'no digest tells whether Atlas was edited, and': [
    [
      'the bytes of one version differ: Atlas counts as edited, Local is kept',
      [clean(v(3)), onAtlas(v(3), { edited: 'unknown', ...ourBytes })],
      { do: 'seal', above: v(3), keepLocal: true },
    ],
    ['the bytes are the same', [clean(v(3)), onAtlas(v(3), { edited: 'unknown' })], nothing],
    [
      'Local has an older version',
      [clean(v(2)), onAtlas(v(3), { edited: 'unknown', ...ourBytes })],
      takeAtlas,
    ],
    ['Local has nothing', [onAtlas(v(3), { edited: 'unknown' })], takeAtlas],
    [
      'Local was written',
      [dirty(v(9), v(3)), onAtlas(v(3), { edited: 'unknown' })],
      { do: 'push', stamp: v(9), create: false },
    ],
    [
      'the bytes of one version differ, but Local says that it was edited',
      [clean(v(3), { edited: true, ...ourBytes }), onAtlas(v(3), { edited: 'unknown' })],
      { do: 'markDirty' },
    ],
    [
      'Local is being deleted',
      [clean(v(3), { deleting: true }), onAtlas(v(3), { edited: 'unknown', ...ourBytes })],
      nothing,
    ],
  ],

  'a live state on Atlas meets a tombstone there': [
    [
      'above it that names it as its base',
      [onAtlas(v(3)), deletedOnAtlas(v(4), v(3))],
      { do: 'finishDelete', keepCopy: false },
    ],
    [
      'above it that names another',
      [onAtlas(v(3)), deletedOnAtlas(v(4), v(2))],
      { do: 'finishDelete', keepCopy: true },
    ],
    [
      'above it that names none',
      [onAtlas(v(3)), deletedOnAtlas(v(4))],
      { do: 'finishDelete', keepCopy: true },
    ],
    [
      'above it that names it as the write it deleted, which arrives late',
      [onAtlas(v(3)), deletedOnAtlas(v(4), null, v(3))],
      { do: 'finishDelete', keepCopy: false },
    ],
    ['of its own version', [onAtlas(v(3)), deletedOnAtlas(v(3))], { do: 'finishDelete', keepCopy: true }],
    [
      'above it while Local is deleted too',
      [clean(v(3), { deleting: true }), onAtlas(v(3)), deletedOnAtlas(v(4), v(3))],
      { do: 'finishDelete', keepCopy: false },
    ],
    [
      'above it, and no digest tells whether it was edited',
      [clean(v(3), ourBytes), onAtlas(v(3), { edited: 'unknown' }), deletedOnAtlas(v(4), v(3))],
      { do: 'finishDelete', keepCopy: false },
    ],
    [
      'of its own version, and no digest tells whether it was edited',
      [clean(v(3), ourBytes), onAtlas(v(3), { edited: 'unknown' }), deletedOnAtlas(v(3))],
      { do: 'finishDelete', keepCopy: true },
    ],
    ['below it: the key was recreated', [onAtlas(v(5)), deletedOnAtlas(v(4))], takeAtlas],
  ],

  'Local was written past capture': [
    ['as a new document', [clean(null)], { do: 'markDirty' }],
    [
      'as a new document that Atlas has otherwise',
      [clean(null, ourBytes), onAtlas(v(1))],
      { do: 'markDirty' },
    ],
    ['as a new document that Atlas has just so', [clean(null), onAtlas(v(1))], { do: 'adopt', stamp: v(1) }],
    ['in place', [clean(v(1), { edited: true, ...ourBytes }), onAtlas(v(1))], { do: 'markDirty' }],
    ['in place, while Atlas lost it', [clean(v(1), { edited: true, ...ourBytes })], { do: 'markDirty' }],
    [
      'in place, while Atlas moved on',
      [clean(v(1), { edited: true, ...ourBytes }), onAtlas(v(2))],
      { do: 'markDirty' },
    ],
    [
      'in place, just as Atlas moved on',
      [clean(v(1), { edited: true }), onAtlas(v(2))],
      { do: 'adopt', stamp: v(2) },
    ],
    ['which only its bytes tell', [clean(v(1), ourBytes), onAtlas(v(1))], { do: 'markDirty' }],
  ],

  'a foreign hand put an older version back on Atlas': [
    ['than Local has', [clean(v(5)), onAtlas(v(3))], { do: 'seal', above: v(5), keepLocal: false }],
    [
      'than Local was written on',
      [dirty(v(9), v(5)), onAtlas(v(3))],
      { do: 'seal', above: v(5), keepLocal: false },
    ],
    [
      'than Local deleted',
      [tombstone({ pending: v(9), base: v(5) }), onAtlas(v(3))],
      { do: 'seal', above: v(5), keepLocal: false },
    ],
  ],
};

import { clean, deletedOnAtlas, onAtlas, tombstone, v } from '../views.js';
import { type Cases, nothing, takeAtlas } from './decide-case.js';

/** What becomes of a change on Atlas where Local has done nothing. */
export const atlasChangeCases: Cases = {
  'Local is clean, and Atlas has': [
    ['a newer version', [clean(v(1)), onAtlas(v(2))], takeAtlas],
    ['the same version', [clean(v(1)), onAtlas(v(1))], nothing],
    [
      'its deletion',
      [clean(v(1)), deletedOnAtlas(v(2), v(1))],
      { do: 'takeDelete', stamp: v(2), keepLoser: false },
    ],
    [
      'a deletion of its very version',
      [clean(v(1)), deletedOnAtlas(v(1))],
      { do: 'takeDelete', stamp: v(1), keepLoser: false },
    ],
    [
      'only an older deletion',
      [clean(v(3)), deletedOnAtlas(v(2))],
      { do: 'recordForeignDelete', base: v(3), timeMs: null },
    ],
    ['nothing at all', [clean(v(3))], { do: 'recordForeignDelete', base: v(3), timeMs: null }],
  ],

  'Local has no document, and Atlas has': [
    ['one', [onAtlas(v(3))], takeAtlas],
    ['one newer than the deletion that Local knows', [tombstone({ stamp: v(2) }), onAtlas(v(3))], takeAtlas],
    ['one newer than a deletion that was given up', [tombstone({ floor: v(2) }), onAtlas(v(3))], takeAtlas],
    [
      'one older than the deletion that Local knows',
      [tombstone({ stamp: v(4) }), onAtlas(v(3))],
      { do: 'finishDelete', keepCopy: true },
    ],
    [
      'one of the very version of that deletion',
      [tombstone({ stamp: v(3) }), onAtlas(v(3))],
      { do: 'finishDelete', keepCopy: true },
    ],
    ['a deletion that Local does not know', [deletedOnAtlas(v(3))], { do: 'noteDelete' }],
    ['a newer deletion', [tombstone({ stamp: v(2) }), deletedOnAtlas(v(3))], { do: 'noteDelete' }],
    ['the deletion that Local knows', [tombstone({ stamp: v(3) }), deletedOnAtlas(v(3))], nothing],
    ['an older deletion', [tombstone({ stamp: v(4) }), deletedOnAtlas(v(3))], nothing],
    ['neither', [], nothing],
    ['neither, any more', [tombstone({ stamp: v(4) })], nothing],
  ],
};

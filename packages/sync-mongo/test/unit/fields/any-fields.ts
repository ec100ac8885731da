import { BSON } from 'mongodb';
import fc from 'fast-check';
import { exclusionSet, type ExclusionSet } from '../../../src/fields/exclusion-set.js';

const NAMES = ['a', 'b', 'c', 'ä, x:y'] as const;
const name = fc.constantFrom(...NAMES);

const value = fc.letrec<{ any: unknown; document: object }>((tie) => ({
  document: fc.dictionary(name, tie('any'), { maxKeys: 3 }),
  any: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(1, 2.5, 'text', null, true),
    tie('document'),
    fc.array(tie('any'), { maxLength: 2 }),
  ),
}));

/** Documents of few names, so that they have fields in common with each other and with what is excluded. */
export const anyDocument: fc.Arbitrary<Uint8Array> = value.document.map((fields) =>
  BSON.serialize({ _id: 1, ...fields }),
);

/** Paths of the same names. */
export const anySet: fc.Arbitrary<ExclusionSet> = fc
  .array(
    fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join('.')),
    { maxLength: 3 },
  )
  .map(exclusionSet);

export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

import { describe, expect, it } from '@jest/globals';
import { BSON } from 'mongodb';
import fc from 'fast-check';
import { bodyDigest } from '../../../src/bson/body-digest.js';
import { type DigestVerdict, judgeDigest } from '../../../src/fields/digest-verdict.js';
import { emptySet, exclusionSet, type ExclusionSet } from '../../../src/fields/exclusion-set.js';
import { withoutExcluded } from '../../../src/fields/take-out.js';
import { anyDocument, anySet, hex } from './any-fields.js';

const digestOf = (document: Uint8Array, set: ExclusionSet): string =>
  bodyDigest(withoutExcluded(document, set), set.name);
const judge = (digest: string | null, whole: Uint8Array, set: ExclusionSet): DigestVerdict =>
  judgeDigest(digest, { whole, synced: withoutExcluded(whole, set) }, set);

/** The document with an edit of a field that no set excludes. */
const edited = (document: Uint8Array): Uint8Array =>
  BSON.serialize({ ...BSON.deserialize(document), edited: 'by hand' });

describe('a digest, whatever was excluded where it was made, and is where it is read', () => {
  it('knows the document that it was made of, and says which fields it does not speak of', () => {
    fc.assert(
      fc.property(anyDocument, anySet, anySet, (document, made, set) => {
        const verdict = judge(digestOf(document, made), document, set);
        const covered = withoutExcluded(withoutExcluded(document, made), set);
        const travels = withoutExcluded(document, set);
        if (hex(covered) === hex(travels)) expect(verdict).toEqual({ is: 'same' });
        else expect(verdict).toMatchObject({ is: 'more', covered });
      }),
      { numRuns: 1_000 },
    );
  });

  it('never takes an edited document for the one that it was made of', () => {
    fc.assert(
      fc.property(anyDocument, anySet, anySet, (document, made, set) => {
        const { is } = judge(digestOf(document, made), edited(document), set);
        expect(['other', 'unknown']).toContain(is);
        if (made.name === set.name || set === emptySet) expect(is).toBe('other');
      }),
      { numRuns: 500 },
    );
  });

  it('says nothing of an edit that may be of a field which does not travel', () => {
    const before = BSON.serialize({ _id: 1, a: 1, secret: 1 });
    const after = BSON.serialize({ _id: 1, a: 1, secret: 2 });
    expect(judge(digestOf(before, emptySet), after, exclusionSet(['secret']))).toEqual({ is: 'unknown' });
    const set = exclusionSet(['secret']);
    expect(judge(digestOf(before, set), after, set)).toEqual({ is: 'same' });
  });

  it.each([null, 'no digest', 'x:0123456789abcdef'])('says nothing where it is %j', (digest) => {
    expect(judge(digest, BSON.serialize({ _id: 1 }), emptySet)).toEqual({ is: 'unknown' });
  });
});

import { describe, expect, it } from '@jest/globals';
import { asAtlas, asLocal, type MemoryDocument } from '../../../src/memory/memory-document.js';
import { v } from '../protocol/views.js';
import { digestOf, documentAt } from '../two-sides.js';

const other = { digest: 'of other bytes' };
const none = { digest: null };

describe('asLocal', () => {
  it.each<[string, Partial<MemoryDocument>, { readonly edited: boolean; readonly unchanged: boolean }]>([
    ['clean, with its digest', {}, { edited: false, unchanged: false }],
    ['clean, with another digest', other, { edited: true, unchanged: false }],
    ['clean, without a digest', none, { edited: false, unchanged: false }],
    ['dirty, with its digest', { dirty: v(2) }, { edited: false, unchanged: true }],
    ['dirty, with another digest', { ...other, dirty: v(2) }, { edited: false, unchanged: false }],
    ['dirty, without a digest', { ...none, dirty: v(2) }, { edited: false, unchanged: false }],
  ])('tells by the digest whether a document was edited or is unchanged: %s', (_, marks, told) => {
    expect(asLocal(documentAt(v(1), 1, marks), digestOf)).toMatchObject(told);
  });
});

describe('asAtlas', () => {
  it.each<[string, Partial<MemoryDocument>]>([
    ['no', {}],
    ['yes', other],
    ['unknown', none],
  ])('tells by the digest whether a document was edited: %s', (edited, marks) => {
    expect(asAtlas(documentAt(v(1), 1, marks), digestOf).edited).toBe(edited);
  });
});

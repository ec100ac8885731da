import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { sameBody } from '../../../src/protocol/body.js';

describe('sameBody', () => {
  it('is true for the same bytes, wherever they lie', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (body) => {
        expect(sameBody(body, Uint8Array.from(body))).toBe(true);
      }),
    );
  });

  it('is false where one byte differs or is missing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1 }), fc.nat(), (body, at) => {
        const changed = body.map((byte, i) => (i === at % body.length ? byte ^ 1 : byte));
        expect(sameBody(body, changed)).toBe(false);
        expect(sameBody(body, body.subarray(1))).toBe(false);
        expect(sameBody(body.subarray(0, -1), body)).toBe(false);
      }),
    );
  });
});

import { describe, expect, it } from '@jest/globals';
import { Decimal128, Long } from 'mongodb';
import fc from 'fast-check';
import { fromExactDecimal, toExactDecimal } from '../../../src/bson/exact-decimal.js';

const double = fc.double({ noNaN: true, noDefaultInfinity: true });

describe('the exact value of a number', () => {
  it('comes back as a number of the same value, whatever its size', () => {
    fc.assert(
      fc.property(double, (value) => {
        const read = fromExactDecimal(toExactDecimal(value));
        expect(numberOf(read)).toBe(value === 0 ? 0 : value);
        expect(toExactDecimal(textOf(read))).toBe(toExactDecimal(value));
      }),
      { numRuns: 1_000 },
    );
    for (const value of [Number.MIN_VALUE, Number.MAX_VALUE, Number.EPSILON, 2 ** 53 + 2, -0.1])
      expect(numberOf(fromExactDecimal(toExactDecimal(value)))).toBe(value);
  });

  it('is another one for each double', () => {
    fc.assert(
      fc.property(double, double, (a, b) => {
        expect(toExactDecimal(a) === toExactDecimal(b)).toBe(a === b);
      }),
    );
  });

  it('comes back as a Decimal128 of the same value, whatever its exponent', () => {
    const digits = fc.bigInt({ min: -(10n ** 34n) + 1n, max: 10n ** 34n - 1n });
    const exponent = fc.oneof(fc.integer({ min: -6176, max: 6111 }), fc.integer({ min: -40, max: 40 }));
    fc.assert(
      fc.property(digits, exponent, (coefficient, power) => {
        const exact = toExactDecimal(Decimal128.fromString(`${coefficient}E${power}`).toString());
        expect(toExactDecimal(textOf(fromExactDecimal(exact)))).toBe(exact);
      }),
      { numRuns: 1_000 },
    );
  });

  it('does not depend on trailing zeros, nor on the sign of zero', () => {
    const forms = ['100', '1.00E+2', '1E2', '0.1E3', '100.000', '10000E-2'];
    expect(new Set(forms.map((form) => toExactDecimal(Decimal128.fromString(form).toString())))).toEqual(
      new Set(['100']),
    );
    expect([0, -0, 0n].map(toExactDecimal)).toEqual(['0', '0', '0']);
    expect(['-0', '0E+6', '-0.000'].map(toExactDecimal)).toEqual(['0', '0', '0']);
  });

  it('tells a double from the decimal that it only comes near to', () => {
    expect(toExactDecimal(0.1)).not.toBe(toExactDecimal('0.1'));
    expect(toExactDecimal(0.5)).toBe(toExactDecimal('0.5'));
  });

  it('is read as the narrowest type that holds it', () => {
    expect(fromExactDecimal('5')).toBe(5);
    expect(fromExactDecimal(String(2n ** 63n - 1n))).toEqual(Long.MAX_VALUE);
    expect(fromExactDecimal(String(2n ** 70n + 1n))).toBeInstanceOf(Decimal128);
    expect(fromExactDecimal('NaN')).toBeNaN();
    expect(fromExactDecimal('-Infinity')).toBe(Number.NEGATIVE_INFINITY);
  });
});

function numberOf(value: number | Long | Decimal128): number {
  return typeof value === 'number' ? value : Number(value.toString());
}

function textOf(value: number | Long | Decimal128): string | number {
  return typeof value === 'number' ? value : value.toString();
}

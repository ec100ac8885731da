import { Decimal128, Long } from 'mongodb';

const INTEGER = /^-?\d+$/;
const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?(?:E([+-]?\d+))?$/;
const MAX_LONG = 2n ** 63n - 1n;
const MIN_LONG = -(2n ** 63n);

/** The exact value of a number of any BSON type as text; numbers that the server calls equal give the same text. */
export function toExactDecimal(value: number | bigint | string): string {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'string') return normalizeDecimal(value);
  if (!Number.isFinite(value)) return String(value);
  if (Number.isInteger(value)) return BigInt(value).toString();
  return expandBinaryFraction(value);
}

/** A number of the narrowest BSON type that has exactly this value. */
export function fromExactDecimal(text: string): number | Long | Decimal128 {
  if (INTEGER.test(text)) {
    const integer = BigInt(text);
    if (Number.isSafeInteger(Number(integer))) return Number(integer);
    if (integer <= MAX_LONG && integer >= MIN_LONG) return Long.fromBigInt(integer);
  }
  const double = Number(text);
  return toExactDecimal(double) === text ? double : Decimal128.fromString(text.replace('e', 'E'));
}

/** Text of Decimal128: sign, digits, exponent; trailing zeros do not change the value. */
function normalizeDecimal(text: string): string {
  const [, sign = '', whole, fraction = '', exponent = '0'] = DECIMAL.exec(text) ?? [];
  if (whole === undefined) return text === '-NaN' ? 'NaN' : text;
  return compose(sign, whole + fraction, Number(exponent) - fraction.length);
}

function expandBinaryFraction(value: number): string {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, Math.abs(value));
  const bits = view.getBigUint64(0);
  const biased = Number(bits >> 52n);
  const mantissa = (bits & 0xfffffffffffffn) | (biased === 0 ? 0n : 1n << 52n);
  const scale = 1075 - Math.max(biased, 1);
  return compose(value < 0 ? '-' : '', (mantissa * 5n ** BigInt(scale)).toString(), -scale);
}

/** One text per value: an integer in full where it is short, else digits without trailing zeros and an exponent. */
function compose(sign: string, digits: string, exponent: number): string {
  const significant = digits.replace(/^0+/, '').replace(/0+$/, '');
  if (significant === '') return '0';
  const shifted = exponent + digits.replace(/^0+/, '').length - significant.length;
  if (shifted >= 0 && shifted + significant.length <= 400) return sign + significant + '0'.repeat(shifted);
  return `${sign}${significant}e${shifted}`;
}

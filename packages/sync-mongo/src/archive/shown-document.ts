import { type Body } from '@bomba/sync-core';
import { BSON, Double } from 'mongodb';
import { type Element, elementsOf, toOrderedDocument, valueBytes } from '../bson/elements.js';
import { codeParts, exactScalar } from '../bson/exact-scalar.js';
import { elementType } from '../bson/element-type.js';

/**
 * A kept state as extended JSON, for people. What JSON says exactly is plain, all else names its type, so that each value
 * reads back as the one it is. A value that cannot be read does not hide the others.
 */
export function shownDocument(state: Body): Readonly<Record<string, unknown>> {
  return Object.fromEntries(elementsOf(state).map((element) => [element.name, shownValue(state, element)]));
}

/** One field of a kept state. */
export function shownValue(state: Body, element: Element): unknown {
  try {
    return shown(element, valueBytes(state, element));
  } catch {
    return { $unreadable: `BSON type ${element.type}` };
  }
}

/** Whether the driver writes a number of JavaScript as a Double. The others become an Int32. */
function isWrittenAsDouble(number: number): boolean {
  return (number | 0) !== number || Object.is(number, -0);
}

function shown({ type, name }: Element, value: Uint8Array): unknown {
  const bytes = Buffer.from(value.buffer, value.byteOffset, value.length);
  switch (type) {
    case elementType.document:
      return shownDocument(value);
    case elementType.array:
      return elementsOf(value).map((item) => shownValue(value, item));
    case elementType.codeWithScope: {
      const { code, scope } = codeParts({ value, path: name });
      return { $code: code, $scope: shownDocument(scope) };
    }
    case elementType.double:
      return shownDouble(bytes.readDoubleLE());
    case elementType.int64:
      return { $numberLong: String(bytes.readBigInt64LE()) };
    default:
      return BSON.EJSON.serialize({
        value: exactScalar({ type, value, path: name, toScope: toOrderedDocument }),
      })['value'];
  }
}

function shownDouble(number: number): unknown {
  const isPlain = Number.isFinite(number) && number !== 0 && isWrittenAsDouble(number);
  return isPlain ? number : BSON.EJSON.serialize({ value: new Double(number) }, { relaxed: false })['value'];
}

import { Binary, Code, Decimal128, Int32, Long, ObjectId, Timestamp } from 'mongodb';
import { double, embedded, type Fields, twin, type TwinValue } from './arbitrary-bson.js';
import { raw } from './raw-bson.js';

/** `_id`s of every type that may be one, none of them equal to another, of which `count` are made for each type. */
export function idsOfAllTypes(count: number): readonly TwinValue[] {
  return Array.from({ length: count }, (_, i) => idsOf(i)).flat();
}

function idsOf(i: number): readonly TwinValue[] {
  const [hex, long] = [i.toString(16).padStart(24, '0'), 2n ** 53n + 1n + BigInt(i)];
  const bytes = Buffer.from(hex, 'hex');
  const fraction = new DataView(new ArrayBuffer(8));
  fraction.setFloat64(0, i + 0.5);
  const decimal = Decimal128.fromString(`${i}.25`);
  const names: Fields = [
    ['b', twin('int32', new Int32(i), raw.int32(i))],
    ['10', twin('string', 'x', raw.string('x'))],
    ['9', twin('null', null, raw.null())],
  ];
  return [
    twin('int32', new Int32(i), raw.int32(i)),
    twin('int64', Long.fromBigInt(long), raw.int64(long)),
    double(fraction.getBigUint64(0)),
    twin('decimal', decimal, raw.decimal(decimal.bytes)),
    twin('string', hex, raw.string(hex)),
    twin('objectId', new ObjectId(bytes), raw.objectId(bytes)),
    twin('binary 4', new Binary(bytes, 4), raw.binary(4, bytes)),
    twin(
      'binary 128',
      new Binary(Buffer.concat([bytes, bytes]), 128),
      raw.binary(128, Buffer.concat([bytes, bytes])),
    ),
    twin('date', new Date(i), raw.date(BigInt(i))),
    twin('timestamp', new Timestamp(long), raw.timestamp(long)),
    twin('code', new Code(`f${i}`), raw.code(`f${i}`)),
    embedded(names),
  ];
}

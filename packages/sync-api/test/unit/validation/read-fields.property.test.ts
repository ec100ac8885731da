import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RequestRefusal } from '../../../src/http/request-refusal.js';
import { readFields } from '../../../src/validation/read-fields.js';
import { readQuery } from '../../../src/validation/read-query.js';
import { flag, optional, text } from '../../../src/validation/rule.js';

const shape = { name: optional(text(5)), on: optional(flag) };

const isName = (value: unknown) => typeof value === 'string' && value.length >= 1 && value.length <= 5;

describe('readFields', () => {
  it('takes exactly what fits, and else names every wrong field once', () => {
    const names = fc.constantFrom('name', 'on', 'other', '__proto__', 'constructor', 'toString');
    const values = fc.oneof(fc.boolean(), fc.string({ maxLength: 7 }), fc.constant(null), fc.constant([]));
    fc.assert(
      fc.property(fc.array(fc.tuple(names, values)), (entries) => {
        const given: unknown = JSON.parse(JSON.stringify(Object.fromEntries(entries)));
        const wrong = Object.entries(given as object)
          .filter(
            ([field, value]) =>
              !(field === 'name' ? isName(value) : field === 'on' && typeof value === 'boolean'),
          )
          .map(([field]) => field);
        if (wrong.length === 0) {
          expect(readFields(given, shape)).toEqual(given);
          return;
        }
        const refusal = (() => {
          try {
            return readFields(given, shape);
          } catch (error) {
            return error;
          }
        })();
        expect(refusal).toBeInstanceOf(RequestRefusal);
        expect((refusal as RequestRefusal).errors.map(({ field }) => field).sort()).toEqual(wrong.sort());
      }),
    );
  });
});

describe('readQuery', () => {
  it('reads back what a form of the same values is sent as', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 5 }), (name) => {
        const url = `/path?${new URLSearchParams({ name }).toString()}`;
        expect(readQuery({ url }, shape)).toEqual({
          name: new URLSearchParams(new URLSearchParams({ name })).get('name'),
        });
      }),
    );
  });

  it('refuses a parameter that is given twice, and takes none for none', () => {
    expect(() => readQuery({ url: '/?name=a&name=b' }, shape)).toThrow(RequestRefusal);
    expect(readQuery({ url: '/' }, shape)).toEqual({});
  });
});

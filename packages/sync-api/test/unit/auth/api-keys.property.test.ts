import { describe, expect, it } from '@jest/globals';
import { type Request } from 'express';
import fc from 'fast-check';
import { ApiKeys } from '../../../src/auth/api-keys.js';

const requestWith = (headers: Readonly<Record<string, string>>): Request =>
  ({ get: (name: string) => headers[name] }) as unknown as Request;
const key = fc.string({ unit: fc.constantFrom('a', 'b', 'ü', '!'), minLength: 1, maxLength: 4 });

describe('ApiKeys', () => {
  it('admits a key exactly where it is one of those configured', () => {
    fc.assert(
      fc.property(fc.array(key, { maxLength: 2 }), key, fc.boolean(), (keys, presented, asBearer) => {
        const headers: Record<string, string> = asBearer
          ? { authorization: `Bearer ${presented}` }
          : { 'x-api-key': presented };
        expect(new ApiKeys(keys).admit(requestWith(headers))).toBe(keys.includes(presented));
      }),
    );
  });

  it('admits nothing without keys or without credentials', () => {
    expect(new ApiKeys([]).admit(requestWith({ 'x-api-key': '' }))).toBe(false);
    expect(new ApiKeys(['k']).admit(requestWith({}))).toBe(false);
  });
});

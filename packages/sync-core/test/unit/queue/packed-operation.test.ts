import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { packOperation, unpackOperation } from '../../../src/queue/packed-operation.js';
import { type OperationType } from '../../../src/queue/sync-operation.js';
import { anyStamp } from '../protocol/stamps.js';
import { anyOperation, keyOf } from './operations.js';

const anyType = fc.constantFrom<OperationType>('insert', 'update', 'delete', 'unknown');

describe('a packed operation', () => {
  it('is what it was, once it is unpacked', () => {
    fc.assert(
      fc.property(anyOperation(8), anyStamp, (operation, id) => {
        const given = { ...operation, id };
        expect(unpackOperation(given.key, packOperation(given))).toEqual(given);
      }),
    );
  });

  it('is a short text, where it says nothing but key, id and type', () => {
    fc.assert(
      fc.property(anyStamp, anyType, (id, type) => {
        expect(packOperation({ key: keyOf(1), id, type })).toHaveLength(9);
      }),
    );
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { coalesce } from '../../../src/queue/coalesce.js';
import { type OperationType, type SyncOperation } from '../../../src/queue/sync-operation.js';
import { anyOperation, keyOf, operation } from './operations.js';

const older = { a: 1, b: 1 };
const newer = { b: 2, c: 2 };
const both = { a: 1, b: 2, c: 2 };

describe('coalesce', () => {
  it.each<[OperationType, OperationType, OperationType, SyncOperation['data']]>([
    ['insert', 'insert', 'insert', newer],
    ['insert', 'update', 'insert', both],
    ['insert', 'delete', 'delete', undefined],
    ['insert', 'unknown', 'unknown', undefined],
    ['update', 'insert', 'insert', newer],
    ['update', 'update', 'update', both],
    ['update', 'delete', 'delete', undefined],
    ['update', 'unknown', 'unknown', undefined],
    ['delete', 'insert', 'insert', newer],
    ['delete', 'update', 'insert', newer],
    ['delete', 'delete', 'delete', undefined],
    ['delete', 'unknown', 'unknown', undefined],
    ['unknown', 'insert', 'insert', newer],
    ['unknown', 'update', 'unknown', newer],
    ['unknown', 'delete', 'delete', undefined],
    ['unknown', 'unknown', 'unknown', undefined],
  ])('makes of %s and then %s one %s', (first, second, type, data) => {
    const carriesData = (of: OperationType) => of === 'insert' || of === 'update';
    const merged = coalesce(
      operation(first, 1, carriesData(first) ? older : undefined),
      operation(second, 2, carriesData(second) ? newer : undefined),
    );
    expect(merged).toEqual(operation(type, 2, data));
  });

  it('keeps the data of an insert where its update tells none', () => {
    expect(coalesce(operation('insert', 1, older), operation('update', 2))).toEqual(
      operation('insert', 2, older),
    );
  });

  it('takes origin, instance and time from the newer operation', () => {
    const written = { origin: 'local' as const, instanceId: 'branch-1', timestamp: new Date(7) };
    const first = {
      ...operation('insert', 1),
      origin: 'atlas' as const,
      instanceId: 'branch-2',
      timestamp: new Date(5),
    };
    expect(coalesce(first, { ...operation('update', 2), ...written })).toMatchObject(written);
  });

  it('leaves both operations as they were', () => {
    const first = Object.freeze(operation('update', 1, Object.freeze({ ...older })));
    const second = Object.freeze(operation('update', 2, Object.freeze({ ...newer })));
    expect(coalesce(first, second).data).toEqual(both);
    expect([first.data, second.data]).toEqual([older, newer]);
  });

  it('refuses operations of two keys', () => {
    const other = { ...operation('update', 2), key: keyOf(1) };
    expect(() => coalesce(operation('update', 1), other)).toThrow(
      expect.objectContaining({ code: 'SYNC_BUG' }),
    );
  });

  it('is associative', () => {
    fc.assert(
      fc.property(anyOperation(1), anyOperation(1), anyOperation(1), (a, b, c) => {
        expect(coalesce(coalesce(a, b), c)).toEqual(coalesce(a, coalesce(b, c)));
      }),
    );
  });

  it('changes nothing when the same known write comes twice', () => {
    fc.assert(
      fc.property(anyOperation(1), anyOperation(1), (before, write) => {
        fc.pre(write.type !== 'unknown');
        const once = coalesce(before, write);
        expect(coalesce(once, write)).toEqual(once);
      }),
    );
  });

  it('**Feature: dual-mongodb-sync, Property 17: Duplicate operation merging**', () => {
    fc.assert(
      fc.property(fc.array(anyOperation(1), { minLength: 1, maxLength: 8 }), (sequence) => {
        const merged = sequence.reduce(coalesce);
        expect(merged.id).toBe(sequence.at(-1)?.id);
        expect({ type: merged.type, fields: merged.data ?? {} }).toEqual(replay(sequence));
      }),
    );
  });
});

/** What a sequence ends in, told by playing it: an insert starts afresh, as all does after a delete; an update adds. */
function replay(sequence: readonly SyncOperation[]): { type: OperationType; fields: object } {
  let type: OperationType = 'update';
  let fields: Record<string, unknown> = {};
  for (const { type: next, data = {} } of sequence) {
    if (next === 'update' && type !== 'delete') {
      Object.assign(fields, data);
    } else {
      type = next === 'update' ? 'insert' : next;
      fields = { ...data };
    }
  }
  return { type, fields };
}

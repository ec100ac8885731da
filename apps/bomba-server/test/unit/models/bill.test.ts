import { describe, expect, it } from '@jest/globals';
import { compileInMemory } from '../../support/models-in-memory.js';

const { model: Bill } = compileInMemory('CAI')('bills');
const coffee = { name: 'قهوة تركي', quantity: 2, unitPrice: 4_550 };
const hour = { name: 'PlayStation 5, one hour', quantity: 1, unitPrice: 6_000 };

describe('a bill', () => {
  it('is open with the sum of its lines until something is paid', async () => {
    const bill = await new Bill({ lines: [coffee, hour] }).save();
    expect(bill.toObject()).toMatchObject({ total: 15_100, paid: 0, status: 'open' });
  });

  it('is partly paid, then paid', async () => {
    const first = await new Bill({ lines: [coffee, hour], payments: [{ amount: 5_000 }] }).save();
    expect(first.toObject()).toMatchObject({ paid: 5_000, status: 'partial' });
    const second = await new Bill({
      lines: [coffee, hour],
      payments: [{ amount: 5_000 }, { amount: 10_100, method: 'card' }],
    }).save();
    expect(second.toObject()).toMatchObject({ paid: 15_100, status: 'paid' });
  });

  it('takes the discount off, never below nothing', async () => {
    expect((await new Bill({ lines: [coffee], discount: 100 }).save()).get('total')).toBe(9_000);
    expect((await new Bill({ lines: [coffee], discount: 99_999 }).save()).toObject()).toMatchObject({
      total: 0,
      status: 'paid',
    });
  });

  it('is void where it is voided, whatever was paid', async () => {
    const bill = await new Bill({ lines: [coffee], payments: [{ amount: 9_100 }], voided: true }).save();
    expect(bill.get('status')).toBe('void');
  });

  it('believes no total, sum paid or status that it is told', async () => {
    const bill = await new Bill({ lines: [coffee], total: 1, paid: 1, status: 'paid' }).save();
    expect(bill.toObject()).toMatchObject({ total: 9_100, paid: 0, status: 'open' });
  });

  it('gives the same on a second run of its hook', async () => {
    const once = (await new Bill({ lines: [coffee], payments: [{ amount: 1 }] }).save()).toObject();
    const twice = (await new Bill(once).save()).toObject();
    expect({ ...twice, updatedAt: null }).toEqual({ ...once, updatedAt: null });
  });

  it.each([
    ['a broken amount', { ...coffee, unitPrice: 45.5 }],
    ['a negative price', { ...coffee, unitPrice: -1 }],
    ['half a coffee', { ...coffee, quantity: 0.5 }],
    ['a line without a name', { quantity: 1, unitPrice: 1 }],
  ])('refuses %s', async (_what, line) => {
    await expect(new Bill({ lines: [line] }).save()).rejects.toThrow('validation failed');
  });

  it('gets a number of its branch', async () => {
    expect((await new Bill({}).save()).get('number')).toMatch(/^CAI-\d{6}-[2-9A-Z]{6}$/);
  });
});

import { describe, expect, it } from '@jest/globals';
import { compileInMemory } from '../../support/models-in-memory.js';

const { model: Order } = compileInMemory('GIZ')('orders');

describe('an order', () => {
  it('computes its total', async () => {
    const lines = [
      { name: 'شاي', quantity: 3, unitPrice: 1_500 },
      { name: 'Sandwich', quantity: 1, unitPrice: 7_000 },
    ];
    expect((await new Order({ lines }).save()).get('total')).toBe(11_500);
  });

  it('keeps the number it is given, and gets one of its branch otherwise', async () => {
    expect((await new Order({ number: 'A-17' }).save()).get('number')).toBe('A-17');
    expect((await new Order({}).save()).get('number')).toMatch(/^GIZ-/);
  });

  it('has a unique index on its number', () => {
    expect(Order.schema.indexes()).toContainEqual([{ number: 1 }, expect.objectContaining({ unique: true })]);
  });
});

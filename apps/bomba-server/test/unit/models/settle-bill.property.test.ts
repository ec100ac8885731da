import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { settleBill } from '../../../src/models/settle-bill.js';

const amount = fc.integer({ min: 0, max: 1_000_000_000 });
const content = fc.record({
  lines: fc.array(fc.record({ quantity: fc.integer({ min: 1, max: 10_000 }), unitPrice: amount }), {
    maxLength: 30,
  }),
  discount: fc.option(amount),
  payments: fc.array(fc.record({ amount })),
  voided: fc.boolean(),
});

describe('settleBill', () => {
  it('is exact and never negative', () => {
    fc.assert(
      fc.property(content, (bill) => {
        const { total, paid } = settleBill(bill);
        const sum = bill.lines.reduce(
          (all, line) => all + BigInt(line.quantity) * BigInt(line.unitPrice),
          0n,
        );
        const due = sum - BigInt(bill.discount ?? 0);
        expect(BigInt(total)).toBe(due < 0n ? 0n : due);
        expect(BigInt(paid)).toBe(bill.payments.reduce((all, payment) => all + BigInt(payment.amount), 0n));
      }),
    );
  });

  it('does not depend on the order of lines and payments', () => {
    fc.assert(
      fc.property(content, (bill) => {
        const reversed = { ...bill, lines: bill.lines.toReversed(), payments: bill.payments.toReversed() };
        expect(settleBill(reversed)).toEqual(settleBill(bill));
      }),
    );
  });

  it('calls a bill paid only where nothing is due, and void only where it was voided', () => {
    fc.assert(
      fc.property(content, (bill) => {
        const { total, paid, status } = settleBill(bill);
        expect(status === 'void').toBe(bill.voided);
        if (status === 'paid') expect(paid).toBeGreaterThanOrEqual(total);
        if (status === 'partial' && bill.lines.length > 0) expect(paid).toBeLessThan(total);
      }),
    );
  });
});

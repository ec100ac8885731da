import { type OrderLine, sumOfLines } from './order-line.js';

/** What a bill is made of, amounts in piastres. */
export interface BillContent {
  readonly lines: readonly OrderLine[];
  readonly discount: number | null | undefined;
  readonly payments: readonly { readonly amount: number }[];
  readonly voided: boolean;
}

/** What follows from it. */
export interface BillSettlement {
  readonly total: number;
  readonly paid: number;
  readonly status: 'open' | 'partial' | 'paid' | 'void';
}

/** Computes a bill. The same content gives the same result at every branch, however often it is computed. */
export function settleBill({ lines, discount, payments, voided }: BillContent): BillSettlement {
  const total = Math.max(0, sumOfLines(lines) - (discount ?? 0));
  const paid = payments.reduce((sum, payment) => sum + payment.amount, 0);
  return { total, paid, status: statusOf({ total, paid, voided, empty: lines.length === 0 }) };
}

function statusOf(bill: {
  total: number;
  paid: number;
  voided: boolean;
  empty: boolean;
}): BillSettlement['status'] {
  if (bill.voided) return 'void';
  if (!bill.empty && bill.paid >= bill.total) return 'paid';
  return bill.paid > 0 ? 'partial' : 'open';
}

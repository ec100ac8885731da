import { BSON, ObjectId } from 'mongodb';

/** A document of the size of a bill in a shop. */
export interface Bill {
  readonly _id: ObjectId;
  readonly number: number;
  readonly branch: string;
  readonly total: number;
  readonly isPaid: boolean;
  readonly issuedAt: Date;
  readonly items: readonly string[];
  readonly note: string;
}

/** What a model of bills declares. */
export const billFields = {
  number: Number,
  branch: String,
  total: Number,
  isPaid: Boolean,
  issuedAt: Date,
  items: [String],
  note: String,
} as const;

/** A bill of so many bytes in BSON. */
export function billOf(bytes: number, number: number): Bill {
  const bill = {
    _id: new ObjectId(),
    number,
    branch: 'Cairo 3',
    total: number * 1.25,
    isPaid: number % 2 === 0,
    issuedAt: new Date(1_760_000_000_000 + number),
    items: ['tea', 'coffee'],
    note: '',
  };
  return { ...bill, note: 'x'.repeat(Math.max(0, bytes - BSON.calculateObjectSize(bill))) };
}

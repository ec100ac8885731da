import { Schema } from 'mongoose';
import { piastres } from './money.js';

/** So many of one thing at one price, as it was called and priced when it was sold. */
export interface OrderLine {
  readonly quantity: number;
  readonly unitPrice: number;
}

/** A line of an order or a bill. */
export const createOrderLineSchema = (): Schema =>
  new Schema(
    {
      product: { type: Schema.Types.ObjectId, ref: 'Product' },
      name: { type: String, required: true, trim: true, maxlength: 120 },
      quantity: {
        type: Number,
        required: true,
        min: [1, 'must be at least 1'],
        max: [10_000, 'must be at most 10,000'],
        validate: { validator: Number.isSafeInteger, message: 'must be a whole number' },
      },
      unitPrice: { ...piastres, required: true },
    },
    { _id: false },
  );

/** The sum of lines in piastres. */
export const sumOfLines = (lines: readonly OrderLine[]): number =>
  lines.reduce((sum, line) => sum + line.quantity * line.unitPrice, 0);

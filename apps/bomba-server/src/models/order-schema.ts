import { Schema } from 'mongoose';
import { computedPiastres } from './money.js';
import { createOrderLineSchema, type OrderLine, sumOfLines } from './order-line.js';
import { createSlipNumber } from './slip-number.js';

/** What a table or a console has ordered. `number` is unique over all branches; `total` is computed on every save. */
export function createOrderSchema(branch: string | undefined): Schema {
  const schema = new Schema(
    {
      number: {
        type: String,
        required: true,
        unique: true,
        trim: true,
        maxlength: 40,
        default: () => createSlipNumber(branch),
      },
      status: { type: String, enum: ['open', 'preparing', 'served', 'cancelled'], default: 'open' },
      device: { type: Schema.Types.ObjectId, ref: 'Device' },
      table: { type: String, trim: true, maxlength: 40 },
      lines: { type: [createOrderLineSchema()], default: [] },
      total: computedPiastres,
      note: { type: String, trim: true, maxlength: 500 },
    },
    { timestamps: true },
  );
  schema.pre('save', function () {
    this.set('total', sumOfLines((this as unknown as { lines: readonly OrderLine[] }).lines));
  });
  return schema;
}

import { Schema } from 'mongoose';
import { computedPiastres, piastres } from './money.js';
import { createOrderLineSchema } from './order-line.js';
import { type BillContent, settleBill } from './settle-bill.js';
import { createSlipNumber } from './slip-number.js';

const createPaymentSchema = (): Schema =>
  new Schema(
    {
      method: { type: String, enum: ['cash', 'card', 'wallet'], default: 'cash' },
      amount: { ...piastres, required: true },
      at: { type: Date, default: () => new Date() },
    },
    { _id: false },
  );

/** What a customer pays. `total`, `paid` and `status` are computed on every save; what a client sends there is ignored. */
export function createBillSchema(branch: string | undefined): Schema {
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
      order: { type: Schema.Types.ObjectId, ref: 'Order' },
      customerName: { type: String, trim: true, maxlength: 120 },
      lines: { type: [createOrderLineSchema()], default: [] },
      discount: { ...piastres, default: 0 },
      payments: { type: [createPaymentSchema()], default: [] },
      voided: { type: Boolean, default: false },
      total: computedPiastres,
      paid: computedPiastres,
      status: { type: String, enum: ['open', 'partial', 'paid', 'void'] },
    },
    { timestamps: true },
  );
  schema.pre('save', function () {
    this.set(settleBill(this as unknown as BillContent));
  });
  return schema;
}

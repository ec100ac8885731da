import { Schema } from 'mongoose';
import { computedPiastres, piastres } from './money.js';

const hourMs = 3_600_000;

interface Session {
  readonly startedAt: Date;
  readonly endedAt: Date | null | undefined;
  readonly hourlyRate: number | null | undefined;
}

/** The price of playing, in piastres, by the second and rounded to whole piastres; 0 until it has ended. */
export function priceOfSession({ startedAt, endedAt, hourlyRate }: Session): number {
  if (endedAt === null || endedAt === undefined) return 0;
  return Math.round((Math.max(0, endedAt.getTime() - startedAt.getTime()) / hourMs) * (hourlyRate ?? 0));
}

/** Somebody plays at a device, at the rate of its beginning. `price` is computed on every save. */
export function createSessionSchema(): Schema {
  const schema = new Schema(
    {
      device: { type: Schema.Types.ObjectId, ref: 'Device' },
      deviceName: { type: String, trim: true, maxlength: 120 },
      customerName: { type: String, trim: true, maxlength: 120 },
      startedAt: { type: Date, required: true, default: () => new Date() },
      endedAt: { type: Date },
      hourlyRate: { ...piastres, default: 0 },
      price: computedPiastres,
    },
    { timestamps: true },
  );
  schema.pre('save', function () {
    this.set('price', priceOfSession(this as unknown as Session));
  });
  return schema;
}

import { Schema } from 'mongoose';
import { piastres } from './money.js';

/** A console, a PC or a table that customers rent by the hour. */
export const createDeviceSchema = (): Schema =>
  new Schema(
    {
      name: { type: String, required: true, trim: true, maxlength: 120 },
      kind: {
        type: String,
        enum: ['playstation', 'xbox', 'switch', 'pc', 'vr', 'table'],
        default: 'playstation',
      },
      hourlyRate: { ...piastres, default: 0 },
      status: { type: String, enum: ['free', 'busy', 'repair'], default: 'free' },
    },
    { timestamps: true },
  );

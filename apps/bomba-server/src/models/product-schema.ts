import { Schema } from 'mongoose';
import { piastres } from './money.js';

/** Something on the menu; its name may be in any script, such as قهوة تركي. */
export const createProductSchema = (): Schema =>
  new Schema(
    {
      name: { type: String, required: true, trim: true, maxlength: 120 },
      category: { type: String, enum: ['drink', 'food', 'snack', 'other'], default: 'other' },
      price: { ...piastres, required: true },
      available: { type: Boolean, default: true },
      description: { type: String, trim: true, maxlength: 500 },
    },
    { timestamps: true },
  );

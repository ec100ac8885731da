import { hash } from 'bcryptjs';
import { Schema } from 'mongoose';

/** Doubles the work of a guess with each step; 10 takes about a tenth of a second. */
const hashCost = 10;
/** Bcrypt reads no further. */
const longestPasswordBytes = 72;
const bcryptHash = /^\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}$/;

/**
 * Somebody who works at the cafe. The password is stored as a bcrypt hash, is not read unless asked for, and never
 * leaves as JSON.
 */
export function createUserSchema(): Schema {
  const schema = new Schema(
    {
      username: { type: String, required: true, unique: true, trim: true, lowercase: true, maxlength: 60 },
      name: { type: String, required: true, trim: true, maxlength: 120 },
      role: { type: String, enum: ['cashier', 'manager', 'owner'], default: 'cashier' },
      active: { type: Boolean, default: true },
      password: {
        type: String,
        required: true,
        select: false,
        minlength: [8, 'must have at least 8 characters'],
        validate: {
          validator: (value: string) => Buffer.byteLength(value) <= longestPasswordBytes,
          message: `must have at most ${longestPasswordBytes} bytes`,
        },
      },
    },
    { timestamps: true },
  );
  schema.pre('save', async function () {
    const password = this.get('password') as unknown;
    // A hash is left alone, so that a second run, as sync may make it for a state from elsewhere, changes nothing.
    if (!this.isModified('password') || typeof password !== 'string' || bcryptHash.test(password)) return;
    this.set('password', await hash(password, hashCost));
  });
  return schema;
}

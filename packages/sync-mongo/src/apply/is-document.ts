import { type Document } from 'mongoose';

/** Whether a value is a document of Mongoose, or a part of one. */
export function isDocument(value: unknown): value is Document {
  return typeof value === 'object' && value !== null && '$isNew' in value && '$__' in value;
}

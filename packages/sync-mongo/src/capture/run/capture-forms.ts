import { bulkWrite } from '../bulk/bulk-write.js';
import { type CapturedMethod } from './captured-method.js';
import { deleteMany, deleteOne } from './delete.js';
import { findOneAndDelete } from './find-one-and-delete.js';
import { insertMany, insertOne } from './insert.js';
import { findOneAndReplace, replaceOne } from './replace.js';
import { findOneAndUpdate, updateOne } from './update.js';
import { updateMany } from './update-many.js';
import { type CaptureForm } from './write-call.js';

/** How each method that writes is carried out. */
export const captureForms: Readonly<Record<CapturedMethod, CaptureForm>> = {
  insertOne,
  insertMany,
  updateOne,
  updateMany,
  replaceOne,
  findOneAndUpdate,
  findOneAndReplace,
  findOneAndDelete,
  deleteOne,
  deleteMany,
  bulkWrite,
};

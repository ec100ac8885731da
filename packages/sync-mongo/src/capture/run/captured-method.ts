/** The methods that write, and are marked. */
export const writeMethods = [
  'insertOne',
  'insertMany',
  'updateOne',
  'updateMany',
  'replaceOne',
  'findOneAndUpdate',
  'findOneAndReplace',
  'findOneAndDelete',
  'deleteOne',
  'deleteMany',
  'bulkWrite',
] as const;

/** The methods that read documents, and leave the metadata out. */
export const readMethods = ['find', 'findOne', 'aggregate'] as const;

/** A method of Mongoose's collection that writes. */
export type CapturedMethod = (typeof writeMethods)[number];

/** A method of Mongoose's collection that reads documents. */
export type HidingMethod = (typeof readMethods)[number];

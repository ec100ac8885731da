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
export const readMethods = ['find', 'findOne', 'distinct', 'aggregate'] as const;

/** The methods that answer a builder, whose operations are marked when it is executed. */
export const builderMethods = ['initializeOrderedBulkOp', 'initializeUnorderedBulkOp'] as const;

/** A method of Mongoose's collection that writes. */
export type CapturedMethod = (typeof writeMethods)[number];

/** A method of Mongoose's collection that reads documents. */
export type HidingMethod = (typeof readMethods)[number];

/** A method of Mongoose's collection that answers a bulk builder. */
export type BuildingMethod = (typeof builderMethods)[number];

import { type BSONSerializeOptions } from 'mongodb';

/** How documents are read so that each value keeps its BSON type: Double 1.0 stays a double, a Long stays a Long. */
export const fidelity = {
  promoteValues: false,
  promoteLongs: false,
  promoteBuffers: false,
  bsonRegExp: true,
} as const satisfies BSONSerializeOptions;

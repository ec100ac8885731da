import { type Fields, fieldsOf } from '../rewrite/fields.js';

/** The last stage of an aggregation that writes, and where to. */
export interface WritingStage {
  readonly operator: '$merge' | '$out';
  readonly specification: unknown;
  readonly dbName: string;
  readonly collection: string;
}

/** The stage by which a pipeline of this database writes; null where it only reads. */
export function writingStageOf(pipeline: readonly unknown[], dbName: string): WritingStage | null {
  const stage = fieldsOf(pipeline.at(-1)) ?? {};
  if ('$merge' in stage) {
    const specification = stage['$merge'];
    const into = fieldsOf(specification)?.['into'] ?? specification;
    return addressed('$merge', { specification, address: into, dbName });
  }
  if (!('$out' in stage)) return null;
  return addressed('$out', { specification: stage['$out'], address: stage['$out'], dbName });
}

function addressed(
  operator: WritingStage['operator'],
  at: { readonly specification: unknown; readonly address: unknown; readonly dbName: string },
): WritingStage | null {
  const { specification, address } = at;
  const named: Fields = typeof address === 'string' ? { coll: address } : (fieldsOf(address) ?? {});
  const { coll: collection, db: dbName = at.dbName, timeseries } = named;
  if (typeof collection !== 'string' || typeof dbName !== 'string' || timeseries !== undefined) return null;
  return { operator, specification, dbName, collection };
}

import { type Fields, fieldsOf } from './fields.js';
import { projectionKindOf } from './projection-kind.js';
import { SYNC_META } from './sync-meta.js';

/** Stages that only choose among documents; some must come first, and `$match` at the front uses indexes. */
const CHOOSING: ReadonlySet<string> = new Set([
  ...['$match', '$sort', '$skip', '$limit', '$sample', '$geoNear', '$search', '$vectorSearch'],
]);
/** Stages at the front whose output is not the collection's documents. */
const FOREIGN_SOURCES: ReadonlySet<string> = new Set([
  ...['$changeStream', '$collStats', '$indexStats', '$planCacheStats', '$searchMeta', '$listSearchIndexes'],
  ...['$documents', '$currentOp', '$listSessions', '$listLocalSessions', '$queryStats'],
]);
/** Stages after which only what they name is left. */
const SUMMARIZING: ReadonlySet<string> = new Set([
  '$group',
  '$count',
  '$bucket',
  '$bucketAuto',
  '$sortByCount',
]);

/**
 * An aggregation whose stages do not see the metadata of the collection's own documents. The stage that hides it comes
 * as late as it can, and not at all where the next stage drops it anyway, so that plans stay what they were.
 */
export function hiddenPipeline(pipeline: readonly unknown[]): readonly unknown[] {
  const at = pipeline.findIndex((stage) => !CHOOSING.has(operatorOf(stage)));
  const index = at < 0 ? pipeline.length : at;
  if (isForeignSource(pipeline[0]) || dropsMetadata(pipeline[index])) return pipeline;
  return [...pipeline.slice(0, index), { $project: { [SYNC_META]: 0 } }, ...pipeline.slice(index)];
}

function operatorOf(stage: unknown): string {
  return Object.keys(fieldsOf(stage) ?? {})[0] ?? '';
}

function isForeignSource(stage: unknown): boolean {
  return FOREIGN_SOURCES.has(operatorOf(stage));
}

function dropsMetadata(stage: unknown): boolean {
  const operator = operatorOf(stage);
  const specification = (fieldsOf(stage) ?? {})[operator];
  if (mentionsWholeDocument(specification)) return false;
  if (SUMMARIZING.has(operator)) return true;
  const projection = operator === '$project' ? fieldsOf(specification) : null;
  return projection !== null && projectionKindOf(projection) === 'including';
}

function mentionsWholeDocument(value: unknown): boolean {
  if (typeof value === 'string') return value.startsWith('$$ROOT') || value.startsWith('$$CURRENT');
  if (Array.isArray(value)) return value.some(mentionsWholeDocument);
  const fields: Fields | null = fieldsOf(value);
  return fields !== null && Object.values(fields).some(mentionsWholeDocument);
}

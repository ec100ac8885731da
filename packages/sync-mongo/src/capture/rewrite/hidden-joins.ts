import { type Fields, fieldsOf } from './fields.js';
import { hiddenPipeline } from './hidden-pipeline.js';
import { SYNC_META } from './sync-meta.js';

/** Whether a collection beside the aggregated one has metadata to hide. */
export type IsHidden = (collection: string) => boolean;

/**
 * An aggregation whose joins do not bring the metadata of other synced collections in. What is hidden after a
 * `$lookup` is hidden behind the `$unwind` and `$match` stages that servers carry out together with it.
 */
export function hiddenJoins(pipeline: readonly unknown[], isHidden: IsHidden): readonly unknown[] {
  const stages: unknown[] = [];
  let isChanged = false;
  let pending: Fields | null = null;
  for (const stage of pipeline) {
    const [operator, specification] = Object.entries(fieldsOf(stage) ?? {})[0] ?? ['', undefined];
    if (pending && !JOINED_WITH_LOOKUP.has(operator)) {
      stages.push(pending);
      pending = null;
    }
    const { own, after } = hiddenJoin(operator, specification, isHidden);
    isChanged ||= own !== specification || after !== null;
    stages.push(own === specification ? stage : { [operator]: own });
    pending = after ?? pending;
  }
  if (pending) stages.push(pending);
  return isChanged ? stages : pipeline;
}

const JOINED_WITH_LOOKUP: ReadonlySet<string> = new Set(['$unwind', '$match']);

interface HiddenJoin {
  readonly own: unknown;
  /** Hides what the stage has brought in; null where nothing is to be hidden. */
  readonly after: Fields | null;
}

function hiddenJoin(operator: string, specification: unknown, isHidden: IsHidden): HiddenJoin {
  const unchanged = { own: specification, after: null };
  const fields = fieldsOf(specification);
  switch (operator) {
    case '$unionWith': {
      const union: Fields = typeof specification === 'string' ? { coll: specification } : (fields ?? {});
      return { own: hiddenSource(specification, union, union['coll'], isHidden), after: null };
    }
    case '$lookup': {
      if (!fields) return unchanged;
      if (Array.isArray(fields['pipeline'])) {
        return { own: hiddenSource(specification, fields, fields['from'], isHidden), after: null };
      }
      return { own: specification, after: hideIn(fields, isHidden) };
    }
    case '$graphLookup':
      return { own: specification, after: fields && hideIn(fields, isHidden) };
    case '$facet':
      return { own: fields ? hiddenFacets(fields, isHidden) : specification, after: null };
    default:
      return unchanged;
  }
}

function hiddenSource(specification: unknown, fields: Fields, source: unknown, isHidden: IsHidden): unknown {
  const pipeline = Array.isArray(fields['pipeline']) ? (fields['pipeline'] as readonly unknown[]) : [];
  const joined = hiddenJoins(pipeline, isHidden);
  const hidden = typeof source === 'string' && isHidden(source) ? hiddenPipeline(joined) : joined;
  return hidden === pipeline ? specification : { ...fields, pipeline: hidden };
}

function hideIn({ from, as }: Fields, isHidden: IsHidden): Fields | null {
  if (typeof from !== 'string' || typeof as !== 'string' || !isHidden(from)) return null;
  return { $project: { [`${as}.${SYNC_META}`]: 0 } };
}

function hiddenFacets(facets: Fields, isHidden: IsHidden): unknown {
  const entries = Object.entries(facets).map(([name, pipeline]): [string, unknown] => [
    name,
    Array.isArray(pipeline) ? hiddenJoins(pipeline, isHidden) : pipeline,
  ]);
  return entries.some(([name, pipeline]) => pipeline !== facets[name]) ? Object.fromEntries(entries) : facets;
}

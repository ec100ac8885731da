import { type Binary } from 'mongodb';
import { type Fields, fieldsOf, isEmpty, withoutFields } from './fields.js';
import { markStages } from './mark-stage.js';
import { projectionKindOf } from './projection-kind.js';
import { isMetaPath, SYNC_META } from './sync-meta.js';
import { copyWithoutMeta, replaceWithoutMeta } from './whole-document.js';

const CARRIED = { [SYNC_META]: `$${SYNC_META}` };

/**
 * An update by an aggregation pipeline, marked as written by `id`; null where it is malformed. Each stage that would
 * lose the metadata, because it replaces or projects the document, carries it on; the last stage sets the mark. A whole
 * document that is copied into a field, of `$$ROOT` or of one of `variables`, is copied without it.
 */
export function markPipelineUpdate(
  pipeline: unknown,
  id: Binary,
  variables: readonly string[] = [],
): readonly Fields[] | null {
  if (!Array.isArray(pipeline) || pipeline.length === 0) return null;
  const stages: Fields[] = [];
  for (const stage of pipeline) {
    const [operator, ...others] = Object.keys(fieldsOf(stage) ?? {});
    if (operator === undefined || others.length > 0) return null;
    const carried = carryMetadata(operator, withoutCopies(operator, (stage as Fields)[operator], variables));
    if (carried !== undefined) stages.push({ [operator]: carried });
  }
  return [...stages, ...markStages(id)];
}

function withoutCopies(operator: string, specification: unknown, variables: readonly string[]): unknown {
  if (operator === '$replaceWith') return replaceWithoutMeta(specification, variables);
  const fields = operator === '$replaceRoot' ? fieldsOf(specification) : null;
  return fields && 'newRoot' in fields
    ? { ...fields, newRoot: replaceWithoutMeta(fields['newRoot'], variables) }
    : copyWithoutMeta(specification, variables);
}

/** The stage's specification, keeping the metadata; undefined where nothing is left of it. */
function carryMetadata(operator: string, specification: unknown): unknown {
  switch (operator) {
    case '$set':
    case '$addFields':
      return withoutMeta(specification);
    case '$unset':
      return withoutMetaNames(specification);
    case '$project':
      return carryThroughProjection(specification);
    case '$replaceWith':
      return carryThroughReplacement(specification);
    case '$replaceRoot': {
      const fields = fieldsOf(specification);
      return fields && 'newRoot' in fields
        ? { ...fields, newRoot: carryThroughReplacement(fields['newRoot']) }
        : specification;
    }
    default:
      return specification;
  }
}

function withoutMeta(specification: unknown): unknown {
  const fields = fieldsOf(specification);
  if (!fields) return specification;
  const own = withoutFields(fields, isMetaPath);
  return own !== fields && isEmpty(own) ? undefined : own;
}

function withoutMetaNames(specification: unknown): unknown {
  if (typeof specification === 'string') return isMetaPath(specification) ? undefined : specification;
  if (!Array.isArray(specification)) return specification;
  const names = specification.filter((name) => !(typeof name === 'string' && isMetaPath(name)));
  return names.length === 0 && specification.length > 0 ? undefined : names;
}

function carryThroughProjection(specification: unknown): unknown {
  const fields = withoutMeta(specification);
  const own = fieldsOf(fields);
  return own && projectionKindOf(own) === 'including' ? { ...own, [SYNC_META]: 1 } : fields;
}

/** What is no document stays as it is, so that the server refuses it as it would have. */
function carryThroughReplacement(root: unknown): Fields {
  return {
    $let: {
      vars: { root },
      in: {
        $cond: [{ $eq: [{ $type: '$$root' }, 'object'] }, { $mergeObjects: ['$$root', CARRIED] }, '$$root'],
      },
    },
  };
}

import { hiddenJoins, type IsHidden } from '../rewrite/hidden-joins.js';
import { hiddenPipeline } from '../rewrite/hidden-pipeline.js';
import { isMetaPath } from '../rewrite/sync-meta.js';
import { hidingOptions } from './hiding-options.js';
import { type HidingMethod } from './captured-method.js';

/** What a call may bring to light. */
export interface HidingContext {
  /** Whether documents of the collection itself may have metadata. */
  readonly hasMetadata: boolean;
  /** Whether others have that an aggregation may join. */
  readonly isHidden: IsHidden;
}

/** The arguments of a call, changed so that the documents it returns have no metadata. */
export type HidingForm = (args: readonly unknown[], context: HidingContext) => readonly unknown[];

const hideInFind: HidingForm = ([filter, options, ...rest]) => [
  filter ?? {},
  hidingOptions(options),
  ...rest,
];

/** Values of the metadata are asked of no document; the server still judges the call. */
const hideInDistinct: HidingForm = ([path, filter, ...rest]) =>
  typeof path === 'string' && isMetaPath(path)
    ? [path, { $and: [filter ?? {}, NONE] }, ...rest]
    : [path, filter ?? {}, ...rest];

const NONE = { _id: { $in: [] } };

/** How each method that reads is changed. */
export const hidingForms: Readonly<Record<HidingMethod, HidingForm>> = {
  find: hideInFind,
  findOne: hideInFind,
  distinct: hideInDistinct,
  aggregate: ([pipeline, ...rest], context) =>
    Array.isArray(pipeline) ? [hideInPipeline(pipeline, context), ...rest] : [pipeline, ...rest],
};

function hideInPipeline(
  pipeline: readonly unknown[],
  { hasMetadata, isHidden }: HidingContext,
): readonly unknown[] {
  const joined = hiddenJoins(pipeline, isHidden);
  return hasMetadata ? hiddenPipeline(joined) : joined;
}

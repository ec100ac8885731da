import { hiddenPipeline } from '../rewrite/hidden-pipeline.js';
import { hidingOptions } from './hiding-options.js';
import { type HidingMethod } from './captured-method.js';

/** The arguments of a call, changed so that the documents it returns have no metadata. */
export type HidingForm = (args: readonly unknown[]) => readonly unknown[];

const hideInFind: HidingForm = ([filter, options, ...rest]) => [
  filter ?? {},
  hidingOptions(options),
  ...rest,
];

/** How each method that reads is changed. */
export const hidingForms: Readonly<Record<HidingMethod, HidingForm>> = {
  find: hideInFind,
  findOne: hideInFind,
  aggregate: ([pipeline, ...rest]) =>
    Array.isArray(pipeline) ? [hiddenPipeline(pipeline), ...rest] : [pipeline, ...rest],
};

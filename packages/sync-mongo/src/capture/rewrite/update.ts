import { type Binary } from 'mongodb';
import { type Fields } from './fields.js';
import { markOperatorUpdate } from './operator-update.js';
import { markPipelineUpdate } from './pipeline-update.js';

/** An update of either form, marked as written by `id`; null where it is malformed. */
export function markUpdate(update: unknown, id: Binary): Fields | readonly Fields[] | null {
  return Array.isArray(update) ? markPipelineUpdate(update, id) : markOperatorUpdate(update, id);
}

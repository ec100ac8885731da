import { optionsOf } from '../run/call-options.js';
import { type PartOfBulk } from './bulk-run.js';
import { type PlannedReplacement } from './planned-operation.js';

/** The part of a bulk that these replacements are; errors name what the application asked for. */
export function partOfReplacements(replacements: readonly PlannedReplacement[]): PartOfBulk {
  return {
    placeOf: (index) => replacements[index]?.index ?? index,
    originalOf: (index, operation) => {
      const { filter, replacement, upsert } = replacements[index]?.specification ?? {};
      const { q: _q, u: _u, upsert: _upsert, ...others } = optionsOf(operation);
      return { q: filter, u: replacement, ...(upsert === true ? { upsert } : {}), ...others };
    },
  };
}

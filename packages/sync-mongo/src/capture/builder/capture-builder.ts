import { optionsOf } from '../run/call-options.js';
import { type Fields } from '../rewrite/fields.js';
import { setOwnProperty } from '../seam/own-property.js';
import { type BuiltBatch, builtOperations } from './built-operations.js';

/** A bulk builder of the driver, with the state that it keeps to itself. */
interface Builder {
  readonly isOrdered: boolean;
  readonly batches: readonly BuiltBatch[];
  readonly s: { executed: boolean };
  execute(options?: unknown): Promise<unknown>;
}

/** Carries out gathered operations as a bulk; null where that is left to the driver. */
export type BulkRunner = (operations: readonly Fields[], options: unknown) => Promise<unknown> | null;

/**
 * What a bulk builder has gathered is carried out as a captured bulk when it is executed; until then it is the driver's.
 * What is no builder (yet) stays as it is.
 */
export function captureBuilder(builder: unknown, given: unknown, run: BulkRunner): unknown {
  if (!isBuilder(builder)) return builder;
  const execute = builder.execute.bind(builder);
  setOwnProperty(builder, 'execute', (options?: unknown): Promise<unknown> => {
    if (builder.s.executed) return execute(options);
    const all = { ...optionsOf(given), ...optionsOf(options), ordered: builder.isOrdered };
    const captured = run(builtOperations(builder.batches), all);
    if (!captured) return execute(options);
    builder.s.executed = true;
    return captured;
  });
  return builder;
}

function isBuilder(value: unknown): value is Builder {
  const { s, batches, execute } = (value ?? {}) as Partial<Builder>;
  return typeof execute === 'function' && typeof s?.executed === 'boolean' && Array.isArray(batches);
}

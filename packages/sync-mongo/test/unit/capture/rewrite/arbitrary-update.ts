import fc from 'fast-check';
import { type Stored } from './reference-server.js';

const NAMES = ['a', 'b', 'c'];
const name = fc.constantFrom(...NAMES);
const value = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constantFrom('x', '$b', null, true));
const metaPath = fc.constantFrom('_syncMeta', '_syncMeta.dirty', '_syncMeta.stamp', '_syncMeta.held');

/** The application's fields of a document. */
export const content: fc.Arbitrary<Stored> = fc.dictionary(name, fc.integer({ min: -3, max: 3 }), {
  maxKeys: 3,
});

/** Metadata as a stored document has it: some of what must stay, some of what a write takes away. */
export const meta: fc.Arbitrary<Stored> = fc.record(
  {
    ...{ stamp: fc.constant('S'), digest: fc.constant('D'), version: fc.nat(3), dirty: fc.constant('old') },
    ...{
      held: fc.constant('H'),
      deleting: fc.constant(true),
      last: fc.constant('L'),
      derived: fc.constant(true),
    },
  },
  { requiredKeys: [] },
);

/** An update by operators: each field in at most one of them, and sometimes metadata that does not belong there. */
export const operatorUpdate: fc.Arbitrary<Record<string, Stored>> = fc
  .record({
    places: fc.tuple(
      ...NAMES.map(() => fc.constantFrom('$set', '$unset', '$inc', '$setOnInsert', '$rename', null)),
    ),
    operand: fc.integer({ min: -3, max: 3 }),
    alien: fc.option(fc.tuple(fc.constantFrom('$set', '$setOnInsert', '$unset'), metaPath)),
    empty: fc.boolean(),
  })
  .map(({ places, operand, alien, empty }) => {
    const update: Record<string, Stored> = empty ? { $set: {} } : {};
    places.forEach((operator, index) => {
      const field = NAMES[index] ?? '';
      if (operator) (update[operator] ??= {})[field] = operator === '$rename' ? `renamed_${field}` : operand;
    });
    if (alien) (update[alien[0]] ??= {})[alien[1]] = 'alien';
    return update;
  })
  .filter((update) => Object.keys(update).length > 0);

const specification = fc.dictionary(fc.oneof(name, name, metaPath), value, { minKeys: 1, maxKeys: 3 });
const root: fc.Arbitrary<unknown> = fc.oneof(
  fc.dictionary(name, fc.oneof(value, fc.constant('$a')), { maxKeys: 3 }),
  fc.constantFrom(
    '$$ROOT',
    { $mergeObjects: ['$$ROOT', { a: 1 }] },
    { _syncMeta: { stamp: 'alien' }, a: '$c' },
  ),
);
const stage: fc.Arbitrary<Stored> = fc.oneof(
  specification.map(($set) => ({ $set })),
  specification.map(($addFields) => ({ $addFields })),
  fc.array(fc.oneof(name, metaPath), { minLength: 1, maxLength: 3 }).map(($unset) => ({ $unset })),
  fc.oneof(name, metaPath).map(($unset) => ({ $unset })),
  fc
    .dictionary(name, fc.constantFrom<unknown>(1, '$a', { $literal: 2 }), { minKeys: 1 })
    .map(($project) => ({ $project })),
  fc.dictionary(fc.oneof(name, metaPath), fc.constant(0), { minKeys: 1 }).map(($project) => ({ $project })),
  root.map(($replaceWith) => ({ $replaceWith })),
  root.map((newRoot) => ({ $replaceRoot: { newRoot } })),
);

/** An update by a pipeline, sometimes with metadata that does not belong there. */
export const pipelineUpdate: fc.Arbitrary<Stored[]> = fc.array(stage, { minLength: 1, maxLength: 4 });

/** Whether a path is metadata. */
export const isMeta = (path: string): boolean => path.split('.')[0] === '_syncMeta';

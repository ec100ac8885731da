import { isDeepStrictEqual } from 'node:util';
import { type IndexDescription } from 'mongodb';
import { type IndexOptions } from 'mongoose';
import { type AnyModel } from '../capture/index.js';

/**
 * The indexes that Mongoose builds for a model: those of a discriminator hold for documents of its kind alone, unless they
 * are sparse, and those of its base are the base's. A schema's collation is that of its indexes.
 */
export function indexesOf(model: AnyModel): readonly IndexDescription[] {
  const { schema, db, baseModelName } = model;
  const base = baseModelName === undefined ? undefined : db.models[baseModelName];
  const inherited = base?.schema.indexes() ?? [];
  const collation: unknown = Reflect.get(schema.options, 'collation');
  return schema
    .indexes()
    .filter((index) => !inherited.some((other) => isDeepStrictEqual(other, index)))
    .map(([fields, options]) => ({
      key: fields as IndexDescription['key'],
      ...(collation ? { collation: collation as IndexDescription['collation'] & {} } : {}),
      ...indexOptions(options),
      ...(options.sparse === undefined && ofKind(model, options.partialFilterExpression)),
    }));
}

function ofKind(
  { schema }: AnyModel,
  condition: object | undefined,
): Pick<IndexDescription, 'partialFilterExpression'> {
  const kind = Reflect.get(schema, 'discriminatorMapping') as Kind | undefined;
  if (typeof kind?.value !== 'string') return {};
  return { partialFilterExpression: { ...condition, [kind.key]: kind.value } };
}

/** How documents of a discriminator are told; its base has no value. */
interface Kind {
  readonly key: string;
  readonly value?: string | null;
}

/** What of a schema's index options the server is to know: Mongoose adds names of its own. */
function indexOptions(options: IndexOptions): Omit<IndexDescription, 'key'> {
  const { unique, sparse, name, collation, partialFilterExpression } = options as Omit<
    IndexDescription,
    'key'
  >;
  return {
    ...(unique !== undefined && { unique }),
    ...(sparse !== undefined && { sparse }),
    ...(name !== undefined && { name }),
    ...(collation && { collation }),
    ...(partialFilterExpression && { partialFilterExpression }),
  };
}

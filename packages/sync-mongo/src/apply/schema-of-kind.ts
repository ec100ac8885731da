import { isDeepStrictEqual } from 'node:util';
import { type Schema } from 'mongoose';

/** Mongoose finds a kind by what stands in the documents, which may be another word than its name. */
interface Kind {
  readonly key: string;
  readonly value: unknown;
}

/** The schema of that document's own kind, by its discriminator key; the base where it names none that is known here. */
export function schemaOfKind(base: Schema, document: Readonly<Record<string, unknown>>): Schema {
  const kinds = Reflect.get(base, 'discriminators') as Readonly<Record<string, Schema>> | undefined;
  const own = Object.values(kinds ?? {}).find((schema) => {
    const kind = Reflect.get(schema, 'discriminatorMapping') as Kind | undefined;
    return kind !== undefined && isDeepStrictEqual(document[kind.key], kind.value);
  });
  return own ?? base;
}

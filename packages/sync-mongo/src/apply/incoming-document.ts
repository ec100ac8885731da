import { type Body, type ModelEntry } from '@bomba/sync-core';
import { type Document } from 'mongoose';
import { type AnyModel } from '../capture/index.js';
import { toPlainDocument } from '../conflict/merge-document.js';
import { setChanges } from './set-changes.js';
import { schemaOfKind } from './schema-of-kind.js';
import { shapeOf } from './shape.js';
import { valueWithoutVirtuals, withoutVirtuals } from './without-virtuals.js';

type Fields = Readonly<Record<string, unknown>>;

/** A document of the model that holds the state, with the changes that made it marked as modified. Never saved. */
export function incomingDocument(model: AnyModel, entry: ModelEntry): Document {
  const document = withChanges(model, entry);
  document.$markValid('_id'); // whatever kind of `_id` a document has, it is the one it has
  return document;
}

function withChanges(model: AnyModel, { body, previous }: ModelEntry): Document {
  const state = toPlainDocument(body);
  if (previous === 'none') return new model(withoutVirtuals(model.schema, state)) as Document;
  if (previous === 'unknown') return hydrate(model, state);
  const before = toPlainDocument(previous);
  const kind = discriminatorKeyOf(model);
  if (before[kind] !== state[kind]) return hydrate(model, state); // another class altogether
  const document = hydrate(model, beforeChange(model, { before: toPlainDocument(previous), body }));
  setChanges(document, { before, after: state });
  return document;
}

function hydrate(model: AnyModel, state: Fields): Document {
  return model.hydrate(state) as Document;
}

/** The former content, with the present values of what the schema does not know: they cannot be set. */
function beforeChange(
  model: AnyModel,
  { before, body }: { readonly before: Fields; readonly body: Body },
): Fields {
  const state = toPlainDocument(body);
  const schema = schemaOfKind(model.schema, state);
  const shape = shapeOf(schema);
  const known = Object.entries(before)
    .filter(([name]) => shape.knows(name))
    .map(([name, value]) => [name, valueWithoutVirtuals(schema, name, value)] as const);
  const unknown = Object.entries(state).filter(([name]) => !shape.knows(name));
  return Object.fromEntries([...known, ...unknown]);
}

function discriminatorKeyOf({ schema }: AnyModel): string {
  return schema.options.discriminatorKey ?? '__t';
}

/** What a document would store, and of which fields: those that Mongoose would write if it were saved now. */
export interface Output {
  readonly fields: Fields;
  readonly isWritten: (name: string) => boolean;
}

/** What logic made of a document. A field that is neither modified nor a default now is no output, however it is read. */
export function outputOf(document: Document): Output {
  const fields = document.toBSON() as Fields;
  if (document.isNew) return { fields, isWritten: () => true };
  const defaults = Object.keys(document.schema.paths).filter((path) => document.$isDefault(path));
  const written = new Set([...document.modifiedPaths(), ...defaults].map((path) => path.split('.', 1)[0]));
  return { fields, isWritten: (name) => written.has(name) };
}

import { type HydratedDocument } from 'mongoose';
import { type ResourceModel } from '../models/compile-models.js';

/** A document of any resource. */
export type ResourceDocument = HydratedDocument<Record<string, unknown>>;

type Fields = Readonly<Record<string, unknown>>;

/** Changes the fields given and leaves the others (PATCH); null removes a field. */
export function mergeFields(document: ResourceDocument, fields: Fields): void {
  for (const [name, value] of Object.entries(fields)) document.set(name, value ?? undefined);
}

/** Gives the document these fields and no others (PUT); what is missing gets its default, except `kept` fields. */
export function replaceFields(document: ResourceDocument, fields: Fields, kept: readonly string[]): void {
  const model = document.constructor as ResourceModel;
  const defaults = new model().toObject<Record<string, unknown>>();
  const missing = Object.keys(document.toObject()).filter(
    (name) => !(name in fields) && !kept.includes(name),
  );
  for (const name of missing) document.set(name, defaults[name]);
  for (const [name, value] of Object.entries(fields)) document.set(name, value);
}

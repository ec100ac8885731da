import { HttpProblem } from '../http/http-problem.js';
import { type ResourceModel } from '../models/compile-models.js';

/** Deeper nesting than any document of a cafe has. */
const deepest = 20;
const dangerous = new Set(['', '__proto__', 'constructor', 'prototype']);
/** Fields that belong to the database, to Mongoose and to sync. */
const reserved = new Set(['__v', '_syncMeta', 'createdAt', 'updatedAt']);

function isRefused(name: string): boolean {
  return dangerous.has(name) || name.startsWith('$') || name.includes('.') || name.includes('\0');
}

function refuseName(name: string, reason: string): never {
  throw new HttpProblem(400, `The field name ${JSON.stringify(name)} is not permitted: ${reason}.`);
}

function assertPlain(value: unknown, depth = 0): void {
  if (typeof value !== 'object' || value === null) return;
  if (depth > deepest) throw new HttpProblem(400, `The body is nested deeper than ${deepest} levels.`);
  for (const [name, inner] of Object.entries(value)) {
    if (isRefused(name)) refuseName(name, 'it would be an operator or a path');
    assertPlain(inner, depth + 1);
  }
}

/** In a schema without declared fields, a field named like a method would hide it. */
const isMethod = (model: ResourceModel, name: string): boolean =>
  !Object.hasOwn(model.schema.paths, name) && name in model.prototype;

/**
 * Reads the body of a request as fields for a document of this model. Fields that the server sets itself, and those in
 * `ignored`, are left out. Throws {@link HttpProblem} 400 or 415.
 */
export function readFields(
  body: unknown,
  { model, ignored }: { readonly model: ResourceModel; readonly ignored: readonly string[] },
): Record<string, unknown> {
  if (body === undefined)
    throw new HttpProblem(415, 'Send a JSON object with Content-Type: application/json.');
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new HttpProblem(400, 'The body must be a JSON object.');
  }
  assertPlain(body);
  const fields = Object.entries(body).filter(([name]) => !reserved.has(name) && !ignored.includes(name));
  for (const [name] of fields) if (isMethod(model, name)) refuseName(name, 'the server uses it itself');
  return Object.fromEntries(fields);
}

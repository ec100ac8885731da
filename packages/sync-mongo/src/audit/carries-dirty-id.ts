import { fromBinary } from '../bson/stamp-binary.js';
import { type WriteStatement } from './write-statements.js';

const META = '_syncMeta';
const DIRTY = `${META}.dirty`;

/**
 * True where a write says in its own statement under which dirty id it goes: an insertion or replacement in its
 * document, an update in what it sets, a removal in its condition, for it removes only what was marked before.
 */
export function carriesDirtyId({ kind, body }: WriteStatement): boolean {
  switch (kind) {
    case 'insert':
      return isId(at(at(body, META), 'dirty'));
    case 'delete':
      return typeof body === 'object' && body !== null && DIRTY in body;
    case 'update':
      return Array.isArray(body) ? changesNothing(body) || stagesMark(body) : updateMarks(body);
    case 'aggregate':
      return Array.isArray(body) && stagesMark(body);
  }
}

function changesNothing(stages: readonly unknown[]): boolean {
  return stages.length === 0;
}

function updateMarks(update: unknown): boolean {
  const sets = ['$set', '$setOnInsert'].some((operator) => isId(at(at(update, operator), DIRTY)));
  return sets || isId(at(at(update, META), 'dirty'));
}

function stagesMark(stages: readonly unknown[]): boolean {
  return stages.some((stage) => expressionMarks(stage, false));
}

/** Looks for the id in an expression, but not in values of the application, which are taken literally. */
function expressionMarks(value: unknown, isMeta: boolean): boolean {
  if (Array.isArray(value)) return value.some((item) => expressionMarks(item, isMeta));
  if (typeof value !== 'object' || value === null || '_bsontype' in value) return false;
  return Object.entries(value as Readonly<Record<string, unknown>>).some(([name, inner]) => {
    if (name === '$literal') return isMeta && isId(at(inner, 'dirty'));
    if (name === DIRTY || (isMeta && name === 'dirty')) return isId(at(inner, '$literal') ?? inner);
    return expressionMarks(inner, isMeta || name === META);
  });
}

function isId(value: unknown): boolean {
  return fromBinary(value) !== null;
}

function at(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (Reflect.get(value, name) as unknown) : undefined;
}

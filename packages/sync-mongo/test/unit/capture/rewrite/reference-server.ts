/** A document with fields of one level, and its metadata. */
export type Stored = Record<string, unknown>;
type Expression = unknown;

const REMOVED = Symbol('removed');

/** What a server does with an update of either form to one document; null stands for an upsert that inserts. */
export function applyUpdate(stored: Stored | null, update: unknown): Stored {
  const document = copyOf(stored ?? {});
  return Array.isArray(update)
    ? update.reduce<Stored>((input, stage) => applyStage(input, stage as Stored), document)
    : applyOperators(document, update as Record<string, Stored>, stored === null);
}

function applyOperators(document: Stored, update: Record<string, Stored>, isInsertion: boolean): Stored {
  for (const [operator, fields] of Object.entries(update)) {
    for (const [path, operand] of Object.entries(fields)) {
      if (operator === '$set' || (operator === '$setOnInsert' && isInsertion)) write(document, path, operand);
      if (operator === '$unset') write(document, path, REMOVED);
      if (operator === '$inc') write(document, path, Number(read(document, path) ?? 0) + Number(operand));
      if (operator === '$rename') rename(document, path, String(operand));
    }
  }
  return document;
}

function rename(document: Stored, from: string, to: string): void {
  const value = read(document, from);
  if (value === undefined) return;
  write(document, from, REMOVED);
  write(document, to, value);
}

function applyStage(input: Stored, stage: Stored): Stored {
  const [[operator, specification] = ['', null]] = Object.entries(stage);
  switch (operator) {
    case '$set':
    case '$addFields': {
      const output = copyOf(input);
      const values = Object.entries(specification as Stored).map(
        ([path, e]) => [path, evaluate(e, input)] as const,
      );
      for (const [path, value] of values) write(output, path, value);
      return output;
    }
    case '$unset': {
      const output = copyOf(input);
      for (const path of [specification].flat() as string[]) write(output, path, REMOVED);
      return output;
    }
    case '$project':
      return project(input, specification as Stored);
    case '$replaceWith':
      return asDocument(evaluate(specification, input));
    case '$replaceRoot':
      return asDocument(evaluate((specification as Stored)['newRoot'], input));
    default:
      throw new Error(`The reference server has no stage ${operator}.`);
  }
}

function project(input: Stored, specification: Stored): Stored {
  const entries = Object.entries(specification);
  const output = copyOf(input);
  if (entries.every(([, value]) => value === 0)) {
    for (const [path] of entries) write(output, path, REMOVED);
    return output;
  }
  const named = entries.map(
    ([path, value]) => [path, value === 1 ? input[path] : evaluate(value, input)] as const,
  );
  return Object.fromEntries(named.filter(([, value]) => value !== undefined && value !== REMOVED));
}

function asDocument(value: unknown): Stored {
  if (!isDocument(value)) throw new TypeError('A root must be a document.');
  return value;
}

function evaluate(expression: Expression, input: Stored, variables: Stored = {}): unknown {
  if (expression === '$$REMOVE') return REMOVED;
  if (expression === '$$ROOT') return copyOf(input);
  if (typeof expression === 'string' && expression.startsWith('$$')) return variables[expression.slice(2)];
  if (typeof expression === 'string' && expression.startsWith('$')) return read(input, expression.slice(1));
  if (!isDocument(expression)) return expression;
  const of = (inner: Expression): unknown => evaluate(inner, input, variables);
  const [[operator, operand] = ['', null]] = Object.entries(expression);
  switch (operator) {
    case '$literal':
      return operand;
    case '$mergeObjects':
      return Object.assign({}, ...(operand as Expression[]).map(of));
    case '$type':
      return isDocument(of(operand)) ? 'object' : 'other';
    case '$eq': {
      const [left, right] = (operand as Expression[]).map(of);
      return left === right;
    }
    case '$cond': {
      const [condition, yes, no] = operand as Expression[];
      return of(condition) ? of(yes) : of(no);
    }
    case '$let': {
      const { vars, in: inner } = operand as { vars: Stored; in: Expression };
      const own = Object.fromEntries(Object.entries(vars).map(([name, e]) => [name, of(e)]));
      return evaluate(inner, input, { ...variables, ...own });
    }
    default:
      return Object.fromEntries(
        Object.entries(expression)
          .map(([name, inner]) => [name, of(inner)] as const)
          .filter(([, value]) => value !== undefined && value !== REMOVED),
      );
  }
}

function isDocument(value: unknown): value is Stored {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !('_bsontype' in value);
}

function copyOf(document: Stored): Stored {
  return Object.fromEntries(
    Object.entries(document).map(([name, value]) => [name, isDocument(value) ? copyOf(value) : value]),
  );
}

function read(document: Stored, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((part, name) => (isDocument(part) ? part[name] : undefined), document);
}

function write(document: Stored, path: string, value: unknown): void {
  const [name = '', ...rest] = path.split('.');
  if (rest.length > 0) {
    const isMissing = !isDocument(document[name]);
    if (isMissing && value === REMOVED) return;
    if (isMissing) document[name] = {};
    write(document[name] as Stored, rest.join('.'), value);
  } else if (value === REMOVED) Reflect.deleteProperty(document, name);
  else if (value !== undefined) document[name] = value;
}

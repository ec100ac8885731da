import { type Document } from 'mongodb';

/** One statement of a write command, in the server's terms. */
export interface WriteStatement {
  readonly database: string;
  readonly collection: string;
  readonly kind: 'insert' | 'update' | 'delete' | 'aggregate';
  /** The document, the update, the filter, or the stages. */
  readonly body: unknown;
}

/** A command as the driver announces it. */
export interface StartedCommand {
  readonly commandName: string;
  readonly databaseName: string;
  readonly command: Document;
}

/** What a command writes, statement by statement; empty for one that does not write documents. */
export function writeStatementsOf({
  commandName,
  databaseName,
  command,
}: StartedCommand): readonly WriteStatement[] {
  const place = { database: databaseName, collection: String(command[commandName]) };
  switch (commandName) {
    case 'insert':
      return list(command['documents']).map((body) => ({ ...place, kind: 'insert', body }));
    case 'update':
      return list(command['updates']).map(({ u }) => ({ ...place, kind: 'update', body: u as unknown }));
    case 'delete':
      return list(command['deletes']).map(({ q }) => ({ ...place, kind: 'delete', body: q as unknown }));
    case 'findAndModify':
      return command['remove'] === true
        ? [{ ...place, kind: 'delete', body: command['query'] as unknown }]
        : [{ ...place, kind: 'update', body: command['update'] as unknown }];
    case 'bulkWrite':
      return list(command['ops']).flatMap((operation) => clientStatement(operation, list(command['nsInfo'])));
    case 'aggregate':
      return aggregation(list(command['pipeline']), databaseName);
    default:
      return [];
  }
}

/** An operation of a client's bulk: it names its collection by a place in a list. */
function clientStatement(operation: Document, namespaces: readonly Document[]): readonly WriteStatement[] {
  for (const kind of ['insert', 'update', 'delete'] as const) {
    if (!(kind in operation)) continue;
    const namespace = String(namespaces[Number(operation[kind])]?.['ns']);
    const dot = namespace.indexOf('.');
    const place = { database: namespace.slice(0, dot), collection: namespace.slice(dot + 1) };
    const bodies = { insert: 'document', update: 'updateMods', delete: 'filter' } as const;
    return [{ ...place, kind, body: operation[bodies[kind]] as unknown }];
  }
  return [];
}

function aggregation(pipeline: readonly Document[], databaseName: string): readonly WriteStatement[] {
  const last = pipeline.at(-1) ?? {};
  const target = (last['$out'] ?? (last['$merge'] as Document | undefined)?.['into'] ?? last['$merge']) as
    string | Document | undefined;
  if (target === undefined) return [];
  const place =
    typeof target === 'string'
      ? { database: databaseName, collection: target }
      : { database: String(target['db'] ?? databaseName), collection: String(target['coll']) };
  return [{ ...place, kind: 'aggregate', body: pipeline }];
}

function list(value: unknown): readonly Document[] {
  return Array.isArray(value) ? (value as readonly Document[]) : [];
}

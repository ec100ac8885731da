import { type CommandStartedEvent, type Document } from 'mongodb';

/** One statement of a write command, in the server's terms. */
interface Statement {
  readonly kind: 'insert' | 'update' | 'delete';
  readonly body: Document;
}

/** Write statements to a collection that do not carry a dirty id: none, where every write is captured. */
export function unmarkedStatements(commands: readonly CommandStartedEvent[], collection: string): Document[] {
  return commands
    .filter(({ commandName, command }) => command[commandName] === collection)
    .flatMap(({ commandName, command }) => statementsOf(commandName, command))
    .filter((statement) => !isMarked(statement))
    .map(({ body }) => body);
}

function statementsOf(name: string, command: Document): Statement[] {
  const all = (kind: Statement['kind'], bodies: unknown): Statement[] =>
    (bodies as Document[]).map((body) => ({ kind, body }));
  switch (name) {
    case 'insert':
      return all('insert', command.documents);
    case 'update':
      return all('update', command.updates);
    case 'delete':
      return all('delete', command.deletes);
    case 'findAndModify':
      return command.remove
        ? all('delete', [{ q: command.query }])
        : all('update', [{ q: command.query, u: command.update }]);
    default:
      throw new Error(`No rule for the write command ${name}.`);
  }
}

function isMarked({ kind, body }: Statement): boolean {
  if (kind === 'insert') return isId(body._syncMeta?.dirty);
  if (kind === 'delete') return isId(body.q['_syncMeta.dirty']);
  return Array.isArray(body.u) ? body.u.some(stageMarks) : updateMarks(body.u as Document);
}

function updateMarks(update: Document): boolean {
  const path = '_syncMeta.dirty';
  return isId(update.$set?.[path]) || isId(update.$setOnInsert?.[path]) || isId(update._syncMeta?.dirty);
}

function stageMarks(stage: Document): boolean {
  const deletion = stage.$set?._syncMeta?.$cond?.[2]?.$mergeObjects?.[1];
  return isId(stage.$set?.['_syncMeta.dirty']?.$literal) || isId(deletion?.dirty?.$literal);
}

function isId(value: unknown): boolean {
  const id = value as Document | undefined;
  return id?._bsontype === 'Binary' && id.sub_type === 4 && id.position === 16;
}

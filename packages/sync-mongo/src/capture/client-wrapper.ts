import { type ClientBulkWriteResult, type Collection, type Db, type MongoClient } from 'mongodb';
import { type Connection } from 'mongoose';
import { clientBulkWrite, type SendClientBulk } from './client/client-bulk-write.js';
import { type TargetFinder } from './client/client-operation.js';
import { type Drops } from './drop/drops.js';
import { type AggregationTakeover, wrapAggregation } from './seam/aggregation-cursor.js';
import { type NativeMethod } from './seam/native-collection.js';
import { setOwnProperty } from './seam/own-property.js';
import { type WriteTargets } from './write-targets.js';

/** What the wrapper works with. */
export interface ClientWrapperOptions {
  readonly targets: WriteTargets;
  readonly drops: Drops;
  /** Takes over aggregations that write. */
  readonly onAggregation: (connection: Connection) => AggregationTakeover;
}

interface ReachedBy {
  readonly connection: Connection;
  readonly takeOver: AggregationTakeover;
}

/** Wraps what of a connection's client reaches synced collections past Mongoose's own: bulks of the client, and aggregations. */
export class ClientWrapper {
  readonly #options: ClientWrapperOptions;
  readonly #seen = new WeakSet();
  readonly #undo: (() => void)[] = [];

  constructor(options: ClientWrapperOptions) {
    this.#options = options;
  }

  /** Wraps the client of a connection once; nothing where there is none yet. */
  wrap(connection: Connection): void {
    const { client, db } = connection as unknown as { readonly client?: MongoClient; readonly db?: Db };
    const takeOver = this.#options.onAggregation(connection);
    if (db) this.#wrapDatabase(db, { connection, takeOver });
    if (!client || this.#seen.has(client)) return;
    this.#seen.add(client);
    this.#takeOver(client, 'db', (beneath, args) => {
      const opened = beneath(...args) as Db;
      this.#wrapDatabase(opened, { connection, takeOver }, false);
      return opened;
    });
    this.#takeOver(client, 'bulkWrite', (beneath, args) => this.#bulkWrite(connection, beneath, args));
  }

  /** Takes all wrappers off. */
  unwrapAll(): void {
    for (const undo of this.#undo.splice(0)) undo();
  }

  #wrapDatabase(db: Db, { connection, takeOver }: ReachedBy, isKept = true): void {
    if (this.#seen.has(db)) return;
    this.#seen.add(db);
    const { drops } = this.#options;
    const guard = (names: readonly unknown[], drop: () => unknown): unknown =>
      drops.guard({ connection, dbName: db.databaseName }, names, drop);
    const undo = [
      replaceMethod(db, 'aggregate', (beneath, args) => wrapAggregation(beneath(...args), takeOver)),
      replaceMethod(db, 'collection', (beneath, args) => {
        const collection = beneath(...args) as Collection;
        const { collectionName: name } = collection;
        replaceMethod(collection, 'aggregate', (send, given) => wrapAggregation(send(...given), takeOver));
        replaceMethod(collection, 'drop', (drop, given) => guard([name], () => drop(...given)));
        replaceMethod(collection, 'rename', (rename, given) =>
          guard([name, given[0]], () => rename(...given)),
        );
        return collection;
      }),
      replaceMethod(db, 'dropCollection', (drop, args) => guard([args[0]], () => drop(...args))),
      replaceMethod(db, 'renameCollection', (rename, args) =>
        guard([args[0], args[1]], () => rename(...args)),
      ),
      replaceMethod(db, 'dropDatabase', (drop, args) =>
        drops.guardAll({ connection, dbName: db.databaseName }, () => drop(...args)),
      ),
    ];
    // A database object that is made for one call goes with it.
    if (isKept) this.#undo.push(...undo);
  }

  #bulkWrite(connection: Connection, beneath: NativeMethod, args: readonly unknown[]): unknown {
    const { targets } = this.#options;
    const [models, options] = args;
    const send: SendClientBulk = (...given) => beneath(...given) as Promise<ClientBulkWriteResult>;
    const targetOf: TargetFinder = (namespace) => {
      const [dbName = ''] = namespace.split('.', 1);
      return targets.named({ connection, dbName, name: namespace.slice(dbName.length + 1) });
    };
    const prepare = (): Promise<unknown> | null => clientBulkWrite({ models, options, targetOf, send });
    return targets.report.attempt('*', 'bulkWrite', prepare) ?? beneath(...args);
  }

  #takeOver(object: object, method: string, takeOver: Parameters<typeof replaceMethod>[2]): void {
    this.#undo.push(replaceMethod(object, method, takeOver));
  }
}

function replaceMethod(
  object: object,
  method: string,
  takeOver: (beneath: NativeMethod, args: readonly unknown[]) => unknown,
): () => void {
  const original = Reflect.get(object, method) as NativeMethod;
  const beneath: NativeMethod = (...args) => Reflect.apply(original, object, args);
  return setOwnProperty(object, method, (...args: readonly unknown[]) => takeOver(beneath, args));
}

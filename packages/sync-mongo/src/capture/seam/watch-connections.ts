import { type EventEmitter } from 'node:events';
import { type Connection, type Model, type Mongoose } from 'mongoose';
import { type NativeCollection, type NativeMethod } from './native-collection.js';
import { setOwnProperty } from './own-property.js';

/** Who hears of a Mongoose's connections, collections and models: those that are there, and those to come. */
export interface ConnectionWatcher {
  onCollection(native: NativeCollection): void;
  onModel(model: AnyModel): void;
  /** Hears once of each connection, open or not. */
  onConnection?(connection: Connection): void;
  onConnected(connection: Connection): void;
}

/** A model of any shape. */
export type AnyModel = Model<unknown>;

/** Watches all connections of a Mongoose; answers how to stop. */
export function watchConnections(mongoose: Mongoose, watcher: ConnectionWatcher): () => void {
  const undo: (() => void)[] = [];
  const seen = new Set<Connection>();
  const watch = (connection: Connection): void => {
    if (seen.has(connection)) return;
    seen.add(connection);
    watcher.onConnection?.(connection);
    undo.push(...watchConnection(connection, watcher), watchDatabases(connection, watch));
  };
  mongoose.connections.forEach(watch);
  undo.push(
    listen((mongoose as unknown as { readonly events: EventEmitter }).events, 'createConnection', watch),
  );
  return () => undo.forEach((stop) => stop());
}

function watchConnection(connection: Connection, watcher: ConnectionWatcher): readonly (() => void)[] {
  const open: unknown = Reflect.get(connection, 'collection');
  const collection = (...args: readonly unknown[]): NativeCollection => {
    const native = Reflect.apply(open as NativeMethod, connection, args) as NativeCollection;
    watcher.onCollection(native);
    return native;
  };
  const stops = [
    setOwnProperty(connection, 'collection', collection),
    listen(connection, 'model', (model: AnyModel) => watcher.onModel(model)),
    listen(connection, 'connected', () => watcher.onConnected(connection)),
  ];
  for (const native of Object.values(connection.collections)) {
    watcher.onCollection(native as unknown as NativeCollection);
  }
  for (const model of Object.values(connection.models)) watcher.onModel(model as AnyModel);
  return stops;
}

/** `useDb` makes connections that Mongoose does not list. */
function watchDatabases(connection: Connection, watch: (connection: Connection) => void): () => void {
  const { otherDbs } = connection as unknown as { readonly otherDbs?: readonly Connection[] };
  otherDbs?.forEach(watch);
  const open: unknown = Reflect.get(connection, 'useDb');
  return setOwnProperty(connection, 'useDb', (...args: readonly unknown[]) => {
    const other = Reflect.apply(open as NativeMethod, connection, args) as Connection;
    watch(other);
    return other;
  });
}

function listen(emitter: EventEmitter, event: string, listener: (argument: never) => void): () => void {
  const heard = listener as (argument: unknown) => void;
  emitter.on(event, heard);
  return () => emitter.off(event, heard);
}

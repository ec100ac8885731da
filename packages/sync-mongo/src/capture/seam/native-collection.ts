import { type Collection as DriverCollection, type Db } from 'mongodb';
import { type Connection } from 'mongoose';

/** A method of a collection, as Mongoose calls it. */
export type NativeMethod = (...args: readonly unknown[]) => unknown;

/**
 * Mongoose's own collection object, through which all its models write. Beyond its public names it has the few internal
 * ones that tell whether a call goes to the server now; the self-test guards them.
 */
export interface NativeCollection {
  readonly name: string;
  readonly conn: Connection;
  readonly opts?: { readonly schemaUserProvidedOptions?: object };
  /** True until the first connect: calls wait. */
  readonly buffer: boolean;
  _shouldBufferCommands(): boolean;
  _getCollection(): DriverCollection | null;
}

/** A connection's state that Mongoose keeps to itself. */
interface ConnectionInternals {
  readonly db?: Db;
  readonly $wasForceClosed?: boolean;
}

/**
 * The driver's collection and database where a call would be sent now; null where Mongoose would make it wait (it then
 * calls the same method again) or refuse it.
 */
export function openCollection(
  native: NativeCollection,
): { readonly driver: DriverCollection; readonly db: Db } | null {
  const { db, $wasForceClosed } = native.conn as unknown as ConnectionInternals;
  if ($wasForceClosed === true || (native.buffer && native._shouldBufferCommands())) return null;
  const driver = native._getCollection();
  return driver && db ? { driver, db } : null;
}

import { type Connection } from 'mongoose';

/** True where both connections reach the same database of the same server; false while that is not known. */
export function reachesSameDatabase(a: Connection, b: Connection): boolean {
  if (a === b) return true;
  return Boolean(a.name) && a.name === b.name && reachesSameServer(a, b);
}

/** True where both connections reach the same server; false while that is not known. */
export function reachesSameServer(a: Connection, b: Connection): boolean {
  const hasSameClient = hasClient(a) && hasClient(b) && a.getClient() === b.getClient();
  return hasSameClient || (Boolean(a.host) && a.host === b.host && a.port === b.port);
}

function hasClient(connection: Connection): boolean {
  return Boolean((connection as unknown as { readonly client?: unknown }).client);
}

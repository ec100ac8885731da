const URI = /^(mongodb(?:\+srv)?:\/\/)([^/?]+)\/?([^?]*)\??(.*)$/;

/** The database that a connection string names; undefined when it names none, or is none. */
export function databaseIn(uri: string): string | undefined {
  const database = URI.exec(uri)?.[3];
  return database === undefined || database === '' ? undefined : decodeURIComponent(database);
}

/** The same connection string with another database, authenticating where it did before. */
export function withDatabase(uri: string, database: string): string {
  const [, scheme = '', hosts = '', before = '', query = ''] = URI.exec(uri) ?? [];
  const options = new URLSearchParams(query);
  // The database is where credentials are looked up by default, so a change of it must not change that.
  if (hosts.includes('@') && !options.has('authSource')) options.set('authSource', before || 'admin');
  const suffix = options.size > 0 ? `?${options.toString()}` : '';
  return `${scheme}${hosts}/${encodeURIComponent(database)}${suffix}`;
}

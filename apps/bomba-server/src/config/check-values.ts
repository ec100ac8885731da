import { findInsecurity } from './database-security.js';
import { readDatabaseUri } from './database-uri.js';
import { type ServerConfig } from './environment-variables.js';
import { isLoopback } from './loopback.js';

/** Database used where a connection string names none. */
export const defaultDatabase = 'bomba';

function findInsecureDatabases(values: ServerConfig): readonly string[] {
  if (values.BOMBA_ALLOW_INSECURE_DATABASE) return [];
  return (['LOCAL_MONGODB_URI', 'ATLAS_MONGODB_URI'] as const).flatMap((name) => {
    const uri = readDatabaseUri(values[name] ?? '');
    return uri === undefined ? [] : findInsecurity(name, uri);
  });
}

function isOneDatabase(values: ServerConfig): boolean {
  const local = readDatabaseUri(values.LOCAL_MONGODB_URI);
  const atlas = readDatabaseUri(values.ATLAS_MONGODB_URI ?? '');
  if (local === undefined || atlas === undefined) return false;
  const databaseOfLocal = local.database ?? defaultDatabase;
  return local.hosts.join() === atlas.hosts.join() && databaseOfLocal === (atlas.database ?? databaseOfLocal);
}

/** Mistakes that only show when several variables are seen together, one sentence each. */
export function findContradictions(
  values: ServerConfig,
  environment: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  const mistakes: readonly (readonly [boolean, string])[] = [
    [
      values.BOMBA_OPEN_API && !isLoopback(values.HOST),
      'BOMBA_OPEN_API: an API without keys is for this machine only; set HOST=127.0.0.1 or BOMBA_OPEN_API=false',
    ],
    [
      values.BOMBA_ALLOW_INSECURE_DATABASE && values.NODE_ENV === 'production',
      'BOMBA_ALLOW_INSECURE_DATABASE: is for tests only; remove it or do not set NODE_ENV=production',
    ],
    [
      environment['NODE_TLS_REJECT_UNAUTHORIZED'] === '0' && !values.BOMBA_ALLOW_INSECURE_DATABASE,
      'NODE_TLS_REJECT_UNAUTHORIZED: must not be 0, it switches off the checks of TLS; remove it',
    ],
    [
      values.SYNC_RETRY_BASE_MS > values.SYNC_RETRY_MAX_MS,
      'SYNC_RETRY_BASE_MS: must not be greater than SYNC_RETRY_MAX_MS',
    ],
    [
      isOneDatabase(values),
      'ATLAS_MONGODB_URI: is the same database as LOCAL_MONGODB_URI; give the one that all branches share',
    ],
  ];
  const found = mistakes.filter(([wrong]) => wrong).map(([, sentence]) => sentence);
  return [...findInsecureDatabases(values), ...found];
}

import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where this user's downloads, port claims and remembered failures are kept: `$XDG_CACHE_HOME`, `%LOCALAPPDATA%` or `~/.cache`. */
export function cacheDirectory(environment: NodeJS.ProcessEnv): string {
  const given = [environment['XDG_CACHE_HOME'], environment['LOCALAPPDATA']].find((path) => path);
  return join(given ?? join(homedir(), '.cache'), 'bomba-sync');
}

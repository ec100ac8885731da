import { access, constants } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';

/** Finds a program on `PATH`, or looks whether a given path is one. Returns its path, undefined if there is none. */
export async function findProgram(name: string, environment: NodeJS.ProcessEnv): Promise<string | undefined> {
  const directories = isAbsolute(name)
    ? ['']
    : (environment['PATH'] ?? environment['Path'] ?? '').split(delimiter);
  const endings = process.platform === 'win32' ? ['', '.exe'] : [''];
  for (const directory of directories) {
    for (const ending of endings) {
      const path = join(directory, name + ending);
      const usable = await access(path, constants.X_OK).then(
        () => true,
        () => false,
      );
      if (usable) return path;
    }
  }
  return undefined;
}

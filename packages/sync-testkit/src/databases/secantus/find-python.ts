import { findProgram } from '../process/find-program.js';
import { runProgram } from '../process/run-program.js';

/** A Python with pip. */
export interface Python {
  readonly command: string;
  /** `3.11`. */
  readonly version: string;
}

const NAMES = ['python3', 'python', 'python3.13', 'python3.12', 'python3.11', 'python3.10'];
const VERSION_WITH_PIP = 'import sys, pip; print("%d.%d" % sys.version_info[:2])';

/** The first Python on `PATH` that has pip and, where that matters, one of the given versions. */
export async function findPython(
  environment: NodeJS.ProcessEnv,
  versions?: readonly string[],
): Promise<Python | undefined> {
  for (const name of NAMES) {
    const command = await findProgram(name, environment);
    if (command === undefined) continue;
    const { ok, output } = await runProgram(command, ['-c', VERSION_WITH_PIP]);
    const version = output.trim();
    if (ok && (versions === undefined || versions.includes(version))) return { command, version };
  }
  return undefined;
}

import { access } from 'node:fs/promises';
import { delimiter } from 'node:path';
import { cacheDirectory } from '../cache-directory.js';
import { findProgram } from '../process/find-program.js';
import { findPython } from './find-python.js';
import { installSecantus, secantusPath } from './install-secantus.js';
import {
  installSecondOpinion,
  secondOpinionPath,
  SECOND_OPINION_PYTHONS,
  SECOND_OPINION_VERSION,
} from './install-second-opinion.js';
import { type Machine, secantusBuildFor } from './secantus-build.js';
import { type SecantusCommand } from './secantus-program.js';

/** Where to look. */
export interface SecantusSearch {
  readonly environment: NodeJS.ProcessEnv;
  readonly machine: Machine;
  /** Tells of what takes long. */
  readonly report: (line: string) => void;
}

/** A server that can be run, or why there is none and what would help. */
export type FoundSecantus =
  | { readonly what: string; readonly command: SecantusCommand }
  | { readonly reason: string; readonly remedy: string };

/** Its default log of 2 GB makes a restart take ten seconds instead of a third of one, and writing no faster. */
const NATIVE_FLAGS = ['--log-file-max', '64MB'];

const NEEDS_PYTHON =
  'install Python 3 with pip, or name the program of a SecantusDB server in BOMBA_SECANTUS';

/** The native server: the one named in `BOMBA_SECANTUS`, or the pinned build, fetched the first time. */
export async function findNativeServer({
  environment,
  machine,
  report,
}: SecantusSearch): Promise<FoundSecantus> {
  const given = environment['BOMBA_SECANTUS'];
  if (given !== undefined) {
    const program = await findProgram(given, environment);
    if (program !== undefined)
      return { what: `SecantusDB (${program})`, command: { program, prefix: NATIVE_FLAGS } };
    return { reason: `BOMBA_SECANTUS names no program: ${given}`, remedy: 'put it right or unset it' };
  }
  const build = secantusBuildFor(machine);
  if (build === undefined) {
    return {
      reason: `SecantusDB has no native server for ${machine.platform}-${machine.arch}, or its glibc is older than 2.28`,
      remedy: 'name the program of a SecantusDB server in BOMBA_SECANTUS',
    };
  }
  const cache = cacheDirectory(environment);
  const program = secantusPath(build, cache);
  if (!(await exists(program))) {
    const python = await findPython(environment);
    if (python === undefined)
      return { reason: 'no Python with pip to fetch SecantusDB with', remedy: NEEDS_PYTHON };
    report(`fetching SecantusDB ${build.version} (${build.platform}) from PyPI, once`);
    await installSecantus(build, python, cache);
  }
  return { what: `SecantusDB ${build.version} (native)`, command: { program, prefix: NATIVE_FLAGS } };
}

/** The server in Python, fetched the first time. */
export async function findSecondOpinion({ environment, report }: SecantusSearch): Promise<FoundSecantus> {
  const python = await findPython(environment, SECOND_OPINION_PYTHONS);
  if (python === undefined) {
    const reason = `no Python of ${SECOND_OPINION_PYTHONS.join(', ')} with pip for SecantusDB ${SECOND_OPINION_VERSION}`;
    return { reason, remedy: 'install one of them' };
  }
  const cache = cacheDirectory(environment);
  const directory = secondOpinionPath(python, cache);
  if (!(await exists(directory))) {
    report(`fetching SecantusDB ${SECOND_OPINION_VERSION} for Python ${python.version} from PyPI, once`);
    await installSecondOpinion(python, cache);
  }
  return {
    what: `SecantusDB ${SECOND_OPINION_VERSION} (Python ${python.version})`,
    command: {
      program: python.command,
      prefix: ['-m', 'secantus', '--enable-test-commands'],
      environment: { PYTHONPATH: [directory, environment['PYTHONPATH']].filter(Boolean).join(delimiter) },
    },
  };
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

import { chmod, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { installOnce } from '../process/install-once.js';
import { runProgram } from '../process/run-program.js';
import { type Python } from './find-python.js';
import { runPip } from './run-pip.js';
import { type SecantusBuild } from './secantus-build.js';

/** Where the native server is, or will be, in a cache directory. */
export function secantusPath(build: SecantusBuild, cache: string): string {
  return join(directoryOf(build, cache), build.program);
}

/** Fetches the native server from PyPI: one version, its hash checked by pip. Does nothing if it is there. */
export async function installSecantus(build: SecantusBuild, python: Python, cache: string): Promise<void> {
  await installOnce(directoryOf(build, cache), async (aside) => {
    const requirement = join(aside, 'requirement.txt');
    await writeFile(requirement, `secantusdb==${build.version} --hash=sha256:${build.sha256}\n`);
    await runPip(python, [
      ...['download', '--no-deps', '--only-binary=:all:', '--require-hashes'],
      // The server is the same in every wheel of a platform, so our own Python need not fit the wheel.
      ...['--python-version', '3.11', '--platform', build.platform],
      ...['-r', requirement, '-d', aside],
    ]);
    const wheel = join(aside, (await readdir(aside)).find((name) => name.endsWith('.whl')) ?? '');
    const { ok, complaint } = await runProgram(python.command, ['-m', 'zipfile', '-e', wheel, aside]);
    if (!ok) throw new Error(`the wheel cannot be unpacked: ${complaint.slice(-300)}`);
    await chmod(join(aside, build.program), 0o755);
    await Promise.all([rm(wheel), rm(requirement)]);
  });
}

function directoryOf(build: SecantusBuild, cache: string): string {
  return join(cache, `secantusdb-${build.version}-${build.platform}`);
}

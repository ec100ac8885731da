import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { installOnce } from '../process/install-once.js';
import { runPip } from './run-pip.js';
import { type Python } from './find-python.js';

/** Version of the build in Python: slower, and right in a few places where the native one is not. */
export const SECOND_OPINION_VERSION = '0.7.0b3';

/** The Pythons that it was built for. */
export const SECOND_OPINION_PYTHONS: readonly string[] = ['3.10', '3.11', '3.12', '3.13'];

/** SHA-256 of its wheels: every Python on Linux (x64, arm64), macOS (arm64) and Windows (x64). pip takes the one that fits. */
const WHEELS = [
  'b248b4b1372460ed1d83c4d58b39cfbf0ef23b6b161e561a592420fc49898e82',
  'f18bea92ae6fc63490c15800d06fcecffc0007a7bb728a6aa91b348917e8fe16',
  '6563b94f288f0fde3db371ce6321600d854db668d55ec4fc9e1bc44d6a6af4bf',
  '0b84368c9cf2edeaf9262463fe3b812576efd2c9f2dfcc6cae7bd1e8e1ef873d',
  '0a21af2f488d5263c45beb328e68cea989217edf6a385fc491c24ea62ac3cec0',
  'ba26333efc24f3b6c621ffa0b463a15e0d5f75ed34b33f6eeede8a3f9af2a64e',
  '5f94cd7d78d9bda488867429e7f08f2fb95b3a9dae75f14518dcc7c1815e0d3e',
  'f11456e77f35c2b263d49a683835ff95ab182bc1970488ac58e758472ae4d197',
  '6240de589ec53a4de0701d026e9131097464ac5a1eaa47eb0001c5fcb76a9150',
  '9378836e42d2dd6cf7b750d0af01b2119eb0f0c1be0e5b3541450c2c0f0e4aed',
  '5f2b2415bed673caf9e1ca9387e24722358e636b7e5a4f3dd3fdd4de05f94d8e',
  '844e4b012a33d5cf64f8b454262c9e60f436cb1cac2491e3c36a1fe522df0476',
  '17e39ed4b962be8f79d7554e06b9d5f02f8fb4f27cde7ed454f9024f645d00c1',
  'edbfc1a9652ff25c23eeafc6091044114578bbf5915fd7b0f5d6db8469453693',
  '51a2dccec2d60d292dfa656b14e921ac300c7de2568fe1c9e7d3bd2f96bf202a',
  '0f063776cbe738eb068c9a717d8d2b8320894655c93ab3114b30f986b55f4b2e',
];

/** What the server imports: by version where one version fits every Python. */
const DEPENDENCIES = [
  'pymongo==4.20.1',
  's2sphere==0.2.5',
  'shapely>=2.0',
  'python-dateutil>=2.8',
  'tomli>=2.0',
];

/** Directory for `PYTHONPATH` in which the server and what it imports are, or will be. */
export function secondOpinionPath(python: Python, cache: string): string {
  return join(cache, `secantusdb-${SECOND_OPINION_VERSION}-python${python.version}`);
}

/** Fetches the server and what it imports from PyPI, apart from everything else. Does nothing if it is there. */
export async function installSecondOpinion(python: Python, cache: string): Promise<void> {
  await installOnce(secondOpinionPath(python, cache), async (aside) => {
    const requirement = join(aside, 'requirement.txt');
    const hashes = WHEELS.map((hash) => `--hash=sha256:${hash}`).join(' ');
    await writeFile(requirement, `secantusdb==${SECOND_OPINION_VERSION} ${hashes}\n`);
    const install = ['install', '--only-binary=:all:', '--target', aside];
    await runPip(python, [...install, '--no-deps', '--require-hashes', '-r', requirement]);
    await runPip(python, [...install, ...DEPENDENCIES]);
    await rm(requirement);
  });
}

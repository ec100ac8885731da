/** A build of SecantusDB: GPL-2.0, fetched from PyPI at run time and only ever run as a separate program. */
export interface SecantusBuild {
  readonly version: string;
  /** SHA-256 of the wheel. */
  readonly sha256: string;
  /** pip's name of the platform. */
  readonly platform: string;
  /** Path of the server program inside the unpacked wheel. */
  readonly program: string;
}

/** What decides which build fits. */
export interface Machine {
  readonly platform: string;
  readonly arch: string;
  /** Version of glibc, on Linux that has one. */
  readonly glibc: string | undefined;
}

const VERSION = '0.6.0b17';
const OLDEST_GLIBC = [2, 28] as const;
const SCRIPTS = `secantusdb-${VERSION}.data/scripts`;

/** The last version with a native server, on the platforms that it was built for. */
const BUILDS: Readonly<Record<string, SecantusBuild>> = {
  'linux-x64': {
    version: VERSION,
    sha256: 'fe8ccfd1295c872c92a4c4c13c5a6a1dead88b2ff3b9aafb361406ec8aac4d14',
    platform: 'manylinux_2_28_x86_64',
    program: 'secantusdb.scripts/secantusd-rs',
  },
  'linux-arm64': {
    version: VERSION,
    sha256: '690fed7d7268bf7e90aeb2c8a5b390b32b34685170df9a304f961713e30540fe',
    platform: 'manylinux_2_28_aarch64',
    program: 'secantusdb.scripts/secantusd-rs',
  },
  'darwin-arm64': {
    version: VERSION,
    sha256: '030a69eabbbb0761c244c0d041c1aa89df17680b26c98b374030f61b1c890aec',
    platform: 'macosx_11_0_arm64',
    program: `${SCRIPTS}/secantusd-rs`,
  },
  'win32-x64': {
    version: VERSION,
    sha256: '2002515e1ae0c4f419ea94f55cef2611391ca8c6e17f866284c86d033d5061c4',
    platform: 'win_amd64',
    program: `${SCRIPTS}/secantusd-rs.exe`,
  },
};

/** The build of the native server for a machine; undefined where there is none. */
export function secantusBuildFor(machine: Machine): SecantusBuild | undefined {
  const build = BUILDS[`${machine.platform}-${machine.arch}`];
  if (build === undefined || machine.platform !== 'linux') return build;
  const [major = 0, minor = 0] = (machine.glibc ?? '').split('.').map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_GLIBC;
  return major > oldestMajor || (major === oldestMajor && minor >= oldestMinor) ? build : undefined;
}

/** The machine we are on. */
export function thisMachine(): Machine {
  const report = process.report.getReport() as unknown as { header: { glibcVersionRuntime?: string } };
  return { platform: process.platform, arch: process.arch, glibc: report.header.glibcVersionRuntime };
}

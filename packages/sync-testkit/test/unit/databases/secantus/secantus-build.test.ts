import { describe, expect, it } from '@jest/globals';
import { secantusBuildFor } from '../../../../src/databases/secantus/secantus-build.js';

describe('secantusBuildFor', () => {
  it.each([
    ['linux', 'x64', 'manylinux_2_28_x86_64', /^secantusdb\.scripts\/secantusd-rs$/],
    ['linux', 'arm64', 'manylinux_2_28_aarch64', /^secantusdb\.scripts\/secantusd-rs$/],
    ['darwin', 'arm64', 'macosx_11_0_arm64', /\.data\/scripts\/secantusd-rs$/],
    ['win32', 'x64', 'win_amd64', /\.data\/scripts\/secantusd-rs\.exe$/],
  ])('knows %s on %s', (platform, arch, tag, program) => {
    const build = secantusBuildFor({ platform, arch, glibc: '2.36' });
    expect(build).toMatchObject({ version: '0.6.0b17', platform: tag });
    expect(build?.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(build?.program).toMatch(program);
  });

  it('pins a hash of its own for every platform', () => {
    const machines = ['linux-x64', 'linux-arm64', 'darwin-arm64', 'win32-x64'].map((name) => name.split('-'));
    const hashes = machines.map(
      ([platform = '', arch = '']) => secantusBuildFor({ platform, arch, glibc: '2.28' })?.sha256,
    );
    expect(new Set(hashes).size).toBe(4);
  });

  it.each([
    ['macOS on Intel', { platform: 'darwin', arch: 'x64', glibc: undefined }],
    ['a Linux without glibc', { platform: 'linux', arch: 'x64', glibc: undefined }],
    ['a Linux with an old glibc', { platform: 'linux', arch: 'x64', glibc: '2.27' }],
  ])('has none for %s', (_name, machine) => {
    expect(secantusBuildFor(machine)).toBeUndefined();
  });

  it('compares versions of glibc as numbers', () => {
    expect(secantusBuildFor({ platform: 'linux', arch: 'x64', glibc: '2.9' })).toBeUndefined();
    expect(secantusBuildFor({ platform: 'linux', arch: 'x64', glibc: '3.0' })).toBeDefined();
  });
});

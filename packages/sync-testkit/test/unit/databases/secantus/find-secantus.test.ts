import { describe, expect, it } from '@jest/globals';
import { findNativeServer, findSecondOpinion } from '../../../../src/databases/secantus/find-secantus.js';
import { temporaryDirectories } from '../temporary-directory.js';

const machine = { platform: 'linux', arch: 'x64', glibc: '2.36' };
const report = (): void => undefined;

describe('findNativeServer', () => {
  const temporaryDirectory = temporaryDirectories();

  it('takes the program that BOMBA_SECANTUS names', async () => {
    const environment = { BOMBA_SECANTUS: process.execPath };
    const found = await findNativeServer({ environment, machine, report });
    expect(found).toMatchObject({ command: { program: process.execPath } });
  });

  it('says so when BOMBA_SECANTUS names nothing, instead of taking another one', async () => {
    const found = await findNativeServer({
      environment: { BOMBA_SECANTUS: '/no/such/program' },
      machine,
      report,
    });
    expect(found).toMatchObject({ reason: 'BOMBA_SECANTUS names no program: /no/such/program' });
  });

  it('says so where there is no build', async () => {
    const found = await findNativeServer({
      environment: {},
      machine: { ...machine, arch: 'riscv64' },
      report,
    });
    expect(found).toMatchObject({ remedy: 'name the program of a SecantusDB server in BOMBA_SECANTUS' });
  });

  it('asks for Python where it has to be fetched and there is none', async () => {
    const environment = { XDG_CACHE_HOME: await temporaryDirectory(), PATH: await temporaryDirectory() };
    const found = await findNativeServer({ environment, machine, report });
    expect(found).toMatchObject({ reason: 'no Python with pip to fetch SecantusDB with' });
  });
});

describe('findSecondOpinion', () => {
  const temporaryDirectory = temporaryDirectories();

  it('asks for a Python that it was built for where there is none', async () => {
    const found = await findSecondOpinion({
      environment: { PATH: await temporaryDirectory() },
      machine,
      report,
    });
    expect(found).toMatchObject({ remedy: 'install one of them' });
  });
});

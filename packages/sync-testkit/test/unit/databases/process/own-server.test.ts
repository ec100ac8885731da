import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { openOwnServer } from '../../../../src/databases/process/own-server.js';
import { type ServerProgram } from '../../../../src/databases/process/server-program.js';
import { branchSeat, fakeRequest } from '../fake-request.js';
import { temporaryDirectories } from '../temporary-directory.js';

describe('openOwnServer', () => {
  const temporaryDirectory = temporaryDirectories();
  const others: Server[] = [];
  afterEach(async () => {
    for (const other of others.splice(0)) await new Promise((resolve) => other.close(resolve));
  });

  /** A program that cannot start; `before` happens between the choice of a port and the start. */
  const failingProgram = (before: (port: number) => void): ServerProgram => ({
    command: process.execPath,
    environment: {},
    argumentsFor: ({ port }) => {
      before(port);
      return ['-e', 'console.error("no disk"); process.exit(1)'];
    },
    makeReady: async () => undefined,
    provision: async () => undefined,
  });
  const open = async (program: ServerProgram): Promise<unknown> =>
    openOwnServer(program, branchSeat, fakeRequest({ dataDirectory: await temporaryDirectory() }));

  it('tells the last words of a program that does not start', async () => {
    const ports: number[] = [];
    const program = failingProgram((port) => ports.push(port));
    await expect(open(program)).rejects.toThrow('the server of "a" did not start: no disk');
    expect(ports).toHaveLength(1);
  });

  it('says so when there is no such program', async () => {
    const program = { ...failingProgram(() => undefined), command: '/no/such/program' };
    await expect(open(program)).rejects.toThrow('ENOENT');
  });

  it('tries other ports when some other program is faster to take them', async () => {
    const ports: number[] = [];
    const program = failingProgram((port) => {
      ports.push(port);
      others.push(createServer((socket) => socket.destroy()).listen(port, '127.0.0.1'));
    });
    await expect(open(program)).rejects.toThrow('did not start');
    expect(new Set(ports).size).toBe(5);
  });
});

import { describe, expect, it } from '@jest/globals';
import { mongodProgram } from '../../../../src/databases/mongod/mongod-program.js';
import { branchSeat } from '../fake-request.js';

const place = {
  seat: branchSeat,
  port: 20_001,
  home: '/home',
  dataDirectory: '/home/data',
  logFile: '/home/log',
};

describe('mongodProgram', () => {
  it('listens on loopback only, with fail points', () => {
    const line = mongodProgram('mongod').argumentsFor(place).join(' ');
    expect(line).toContain('--port 20001 --dbpath /home/data --bind_ip 127.0.0.1');
    expect(line).toContain('--setParameter enableTestCommands=1');
  });

  it('is a replica set unless a standalone is wanted', () => {
    const standalone = { ...place, seat: { ...branchSeat, topology: 'standalone' as const } };
    expect(mongodProgram('mongod').argumentsFor(place)).toContain('--replSet');
    expect(mongodProgram('mongod').argumentsFor(standalone)).not.toContain('--replSet');
  });
});

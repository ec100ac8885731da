import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { type ClaimedPort, claimPort, isFree } from '../../../../src/databases/process/claim-port.js';

describe('claimPort', () => {
  const claims: ClaimedPort[] = [];
  const claim = async (preferred?: number): Promise<number> => {
    const claimed = await claimPort(preferred);
    claims.push(claimed);
    return claimed.port;
  };
  afterEach(async () => {
    await Promise.all(claims.splice(0).map((claimed) => claimed.release()));
  });

  it('never gives a port twice, though nobody listens there', async () => {
    const ports = await Promise.all(Array.from({ length: 30 }, () => claim()));
    expect(new Set(ports).size).toBe(30);
    expect(await claim(ports[0])).not.toBe(ports[0]);
  });

  it('gives the preferred port once it has been released', async () => {
    const port = await claim();
    await claims[0]?.release();
    expect(await claim(port)).toBe(port);
  });

  it('does not give a port where some other program listens', async () => {
    const port = await claim();
    await claims[0]?.release();
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(port, '127.0.0.1', resolve));
    expect(await isFree(port)).toBe(false);
    expect(await claim(port)).not.toBe(port);
    await new Promise((resolve) => other.close(resolve));
  });
});

import { createServer } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { claimPorts } from '../../../src/branches/claim-ports.js';

async function listenOnFreePort(): Promise<{ readonly port: number; close(): Promise<void> }> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { port, close: () => new Promise((resolve) => server.close(() => resolve())) };
}

describe('claimPorts', () => {
  it('names the port that is taken, and what to do', async () => {
    const taken = await listenOnFreePort();
    try {
      await expect(claimPorts(1, String(taken.port))).rejects.toThrow(
        `Port ${taken.port} is taken: stop what listens there, or choose another with PORT=….`,
      );
    } finally {
      await taken.close();
    }
  });

  it('takes the ports from PORT on', async () => {
    const free = await listenOnFreePort();
    await free.close();
    await expect(claimPorts(1, String(free.port))).resolves.toEqual([free.port]);
  });

  it.each(['no', '0', '65535', '3.5', '-1'])('refuses PORT=%s with one sentence', async (wish) => {
    await expect(claimPorts(2, wish)).rejects.toThrow(
      /^PORT must be a whole number from 1 to 65534, but is /,
    );
  });
});

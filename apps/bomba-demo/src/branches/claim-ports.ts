import { createServer } from 'node:net';
import { DemoError } from '../demo-error.js';

const FIRST_PORT = 3000;

/** The ports of the branches: `PORT` (default 3000) and those behind it. Throws a DemoError for one that is taken. */
export async function claimPorts(count: number, wish: string | undefined): Promise<readonly number[]> {
  const first = wish === undefined || wish === '' ? FIRST_PORT : Number(wish);
  if (!Number.isInteger(first) || first < 1 || first + count > 65_536) {
    throw new DemoError(`PORT must be a whole number from 1 to ${65_536 - count}, but is ${wish ?? ''}.`);
  }
  const ports = Array.from({ length: count }, (_, i) => first + i);
  for (const port of ports) {
    if (await isTaken(port)) {
      throw new DemoError(`Port ${port} is taken: stop what listens there, or choose another with PORT=….`);
    }
  }
  return ports;
}

function isTaken(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(true));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(false)));
  });
}

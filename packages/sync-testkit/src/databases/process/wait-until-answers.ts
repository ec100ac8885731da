import { connect } from 'node:net';
import { MongoClient } from 'mongodb';
import { type ServerProcess } from './server-process.js';
import { pause } from '../../wait/wait-for.js';

/** What to wait for, and for how long. */
export interface Awaited {
  readonly port: number;
  /** The server program: no use in waiting for a dead one. */
  readonly process: Pick<ServerProcess, 'alive' | 'ended'>;
  readonly timeoutMs: number;
}

/** Waits until a server on loopback answers a ping; false when its program ended or the time is up. */
export async function waitUntilAnswers({ port, process, timeoutMs }: Awaited): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  while (performance.now() < deadline && process.alive) {
    // The driver pauses for half a second after a refused connection: knock first.
    if ((await accepts(port)) && (await answersPing(port, process.ended))) return true;
    await pause(10);
  }
  return false;
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    const finish = (accepted: boolean): void => {
      socket.destroy();
      resolve(accepted);
    };
    socket.once('connect', () => finish(true));
    socket.once('error', () => finish(false));
  });
}

async function answersPing(port: number, ended: Promise<void>): Promise<boolean> {
  const client = new MongoClient(`mongodb://127.0.0.1:${port}/?directConnection=true`, {
    serverSelectionTimeoutMS: 2_000,
  });
  const ping = client.db('admin').command({ ping: 1 });
  try {
    return await Promise.race([
      ping.then(
        () => true,
        () => false,
      ),
      ended.then(() => false),
    ]);
  } finally {
    await client.close();
  }
}

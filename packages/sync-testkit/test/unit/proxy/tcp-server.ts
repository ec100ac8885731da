import { connect, createServer, type Server, type Socket } from 'node:net';
import { type AddressInfo } from 'node:net';

/** A server that answers what it hears with the same bytes, and remembers it. */
export interface EchoServer {
  readonly port: number;
  /** Everything it has heard. */
  heard(): string;
  close(): Promise<void>;
}

/** Starts an echo server on loopback. */
export async function startEchoServer(): Promise<EchoServer> {
  const sockets = new Set<Socket>();
  let heard = '';
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      heard += bytes.toString('latin1');
      socket.write(bytes);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    heard: () => heard,
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** A client that remembers what it hears and how its connection ended. */
export interface Client {
  readonly socket: Socket;
  heard(): string;
  /** Code of the error that ended the connection, `closed` for an orderly end; undefined while it lasts. */
  ending(): string | undefined;
}

/** Connects; a refusal shows as ending. */
export function connectClient(port: number): Client {
  const socket = connect({ port, host: '127.0.0.1' });
  let heard = '';
  let ending: string | undefined;
  socket.on('data', (bytes) => (heard += bytes.toString('latin1')));
  socket.on('error', (error: NodeJS.ErrnoException) => (ending = error.code));
  socket.on('close', () => (ending ??= 'closed'));
  return { socket, heard: () => heard, ending: () => ending };
}

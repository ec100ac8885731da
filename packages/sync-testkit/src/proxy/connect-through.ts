import { connect, type Socket } from 'node:net';
import { breakOff } from './break-off.js';
import { carry } from './carry.js';
import { type Link } from './link.js';

/** A server to connect to. */
export interface Target {
  readonly host: string;
  readonly port: number;
}

/** Connects an accepted client with the server, over the link; when one side breaks, so does the other. Returns both. */
export function connectThrough(client: Socket, target: Target, link: Link): readonly Socket[] {
  const server = connect({ ...target, allowHalfOpen: true, noDelay: true });
  breakWith(client, server);
  breakWith(server, client);
  // A broken side has been told to the other one; the carriers need not complain about it too.
  carry(client, server, link, 'request').catch(() => undefined);
  carry(server, client, link, 'reply').catch(() => undefined);
  return [client, server];
}

/** Resets a side when the other one ends in any way but the orderly one. */
function breakWith(side: Socket, other: Socket): void {
  side.on('error', () => breakOff(other));
  side.once('close', () => {
    if (!side.readableEnded) breakOff(other);
  });
}

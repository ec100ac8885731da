import { type IncomingMessage } from 'node:http';
import { isLoopback } from '../config/loopback.js';

/**
 * True for a request that names this machine as its host. A server that listens on loopback only is reached from
 * outside through a browser at most, under another name (DNS rebinding): those requests are told apart by it.
 */
export function isForThisMachine({ headers }: Pick<IncomingMessage, 'headers'>): boolean {
  return isLoopback((headers.host ?? '').replace(/:\d+$/, ''));
}

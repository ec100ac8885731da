import { type Socket } from 'node:net';

/**
 * Ends a connection so that its peer sees a reset. One that is just saying goodbye is closed instead: Node cannot reset
 * it, and a failed reset leaves it open for ever.
 */
export function breakOff(socket: Socket): void {
  if (socket.writableEnded && !socket.writableFinished) socket.destroy();
  else socket.resetAndDestroy();
}

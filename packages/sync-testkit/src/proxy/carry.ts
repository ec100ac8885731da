import { once } from 'node:events';
import { type Socket } from 'node:net';
import { pause } from '../wait/wait-for.js';
import { type Direction } from './direction.js';
import { type Link } from './link.js';

/** Bytes on the wire per connection and direction, from where on the sender is made to wait. */
const WINDOW_BYTES = 1 << 20;

interface Parcel {
  readonly bytes: Buffer;
  readonly readAt: number;
}

/**
 * Carries what one socket sends to the other, in order and as slowly as the link says, then its end. What a closed link
 * holds back is not lost: it arrives when the link opens, like packets that TCP sends again.
 */
export async function carry(from: Socket, to: Socket, link: Link, direction: Direction): Promise<void> {
  const parcels: Parcel[] = [];
  let underway = 0;
  let arrived = (): void => undefined;
  from.on('data', (bytes) => {
    parcels.push({ bytes, readAt: performance.now() });
    underway += bytes.length;
    if (underway >= WINDOW_BYTES) from.pause();
    arrived();
  });
  from.once('end', () => arrived());

  while (isOpen(to)) {
    const parcel = parcels.shift();
    if (parcel !== undefined) {
      await deliver(parcel, to, link, direction);
      underway -= parcel.bytes.length;
      if (underway < WINDOW_BYTES) from.resume();
    } else if (from.readableEnded) {
      await link.open(direction);
      to.end();
      return;
    } else {
      await new Promise<void>((resolve) => (arrived = resolve));
    }
  }
}

async function deliver(parcel: Parcel, to: Socket, link: Link, direction: Direction): Promise<void> {
  await pauseUntil(parcel.readAt + link.delayMs);
  if (direction === 'request') link.pass(parcel.bytes);
  for (let offset = 0; offset < parcel.bytes.length && isOpen(to);) {
    const slice = parcel.bytes.subarray(offset, offset + link.sliceLength);
    offset += slice.length;
    await pauseUntil(performance.now() + link.occupy(direction, slice.length));
    await link.open(direction);
    if (isOpen(to) && !to.write(slice)) await Promise.race([once(to, 'drain'), once(to, 'close')]);
  }
}

function isOpen(socket: Socket): boolean {
  return !socket.destroyed;
}

async function pauseUntil(time: number): Promise<void> {
  const restMs = time - performance.now();
  if (restMs > 0) await pause(restMs);
}

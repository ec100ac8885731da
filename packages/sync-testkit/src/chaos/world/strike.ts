import { type FaultProxy } from '../../proxy/fault-proxy.js';
import { pause } from '../../wait/wait-for.js';
import { type LinkFault, type LinkFaultKind } from '../plan/history-plan.js';

const FLAP_MS = 120;
const SLOW_BYTES_PER_SECOND = 20_000;
const DELAY_MS = 80;

type Strike = (proxy: FaultProxy, lengthMs: number) => Promise<void>;

const cut: Strike = async (proxy, lengthMs) => {
  await proxy.cut();
  await pause(lengthMs);
};

/** Requests vanish; in the end the connections are reset, so that they never arrive. */
const loseRequests: Strike = async (proxy, lengthMs) => {
  await proxy.blackHole();
  await pause(lengthMs);
  await proxy.cut();
};

/** Requests are executed; in the end the connections are reset, so that nobody ever hears of it. */
const loseReplies: Strike = async (proxy, lengthMs) => {
  await proxy.dropReplies();
  await pause(lengthMs);
  await proxy.cut();
};

const strikes: Readonly<Record<LinkFaultKind, Strike>> = {
  cut,
  'black hole': loseRequests,
  'reset before the server': loseRequests,
  'replies lost': loseReplies,
  'reset after the server': loseReplies,
  'late requests': async (proxy, lengthMs) => {
    await proxy.blackHole();
    await pause(lengthMs);
  },
  'replies late': async (proxy, lengthMs) => {
    await proxy.dropReplies();
    await pause(lengthMs);
  },
  delay: async (proxy, lengthMs) => {
    proxy.delay(DELAY_MS);
    await pause(lengthMs);
  },
  slow: async (proxy, lengthMs) => {
    proxy.limit(SLOW_BYTES_PER_SECOND);
    await pause(lengthMs);
  },
  flapping: async (proxy, lengthMs) => {
    for (let atMs = 0; atMs < lengthMs; atMs += 2 * FLAP_MS) {
      await cut(proxy, FLAP_MS);
      await proxy.heal();
      await pause(FLAP_MS);
    }
  },
};

/** Whether Atlas does what it is asked for all the while, and no answer ever comes. */
export function isSilence(kind: LinkFaultKind): boolean {
  return strikes[kind] === loseReplies;
}

/** Lets a fault happen to a wire. It is whole again when this resolves. */
export async function strike(proxy: FaultProxy, { kind, lengthMs }: Omit<LinkFault, 'atMs'>): Promise<void> {
  await strikes[kind](proxy, lengthMs);
  await proxy.heal();
}

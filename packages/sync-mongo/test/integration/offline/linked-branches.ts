import { createFaultProxy, type FaultProxy } from '@bomba/sync-testkit';
import { plainWire } from '../slice/plain-wire.js';
import { type BranchProcess, startTwoBranches, type TwoBranches } from '../slice/two-branches.js';

/** Two branches, of which the first reaches Atlas over a link that can fail. */
export interface LinkedBranches {
  readonly world: TwoBranches;
  readonly link: FaultProxy;
  readonly a: BranchProcess;
  readonly b: BranchProcess;
  stop(): Promise<void>;
}

/** Starts both branches, in touch with Atlas. */
export async function startLinkedBranches(): Promise<LinkedBranches> {
  const world = await startTwoBranches();
  const { port, uri } = world.databases.atlas;
  const link = await createFaultProxy({ targetPort: port });
  const client = { serverSelectionTimeoutMS: 1_000, heartbeatFrequencyMS: 500, ...plainWire };
  const a = await world.a.open({ atlas: { uri: link.uri(new URL(uri).pathname.slice(1)), client } });
  const b = await world.b.open();
  for (const { sync } of [a, b]) await sync.start();
  for (const { sync } of [a, b]) await sync.idle();
  return {
    ...{ world, link, a, b },
    stop: async () => {
      await link.close();
      await world.stop();
    },
  };
}

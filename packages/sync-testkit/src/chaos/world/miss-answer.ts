import { type FaultProxy } from '../../proxy/fault-proxy.js';
import { waitFor } from '../../wait/wait-for.js';
import { ATLAS, type Silence, type VersionSighting } from '../checker/recorded-history.js';

const TRIES = 5;
/** A branch that does not push within that time has lost touch, as on a machine with far too much to do. */
const PUSH_MS = 10_000;
/** A request that has reached Atlas is shown as a version within that time, unless it came too late to be one. */
const STORE_MS = 1_000;

/** Whose answer is lost, and what the servers have shown so far. */
export interface MissedBranch {
  readonly name: string;
  readonly collection: string;
  readonly proxy: FaultProxy;
  readonly versions: () => readonly VersionSighting[];
}

/** Has a branch miss the answer to a push that Atlas has stored: its connections are reset instead. Null: it pushed nothing. */
export async function missAnswer({
  name,
  collection,
  proxy,
  versions,
}: MissedBranch): Promise<Silence | null> {
  const storedCount = (): number =>
    versions().filter(({ place, token }) => place === ATLAS && token.startsWith(name)).length;
  for (let tries = 0; tries < TRIES; tries += 1) {
    let isUnderWay = false;
    void proxy.dropRepliesFrom((request) => isWrite(request, collection)).then(() => (isUnderWay = true));
    if (!(await comesTrue(() => isUnderWay, PUSH_MS))) break;
    const [fromMs, before] = [Date.now(), storedCount()];
    const isStored = await comesTrue(() => storedCount() > before, STORE_MS);
    await proxy.cut();
    await proxy.heal();
    if (isStored) return { place: name, fromMs, untilMs: Date.now() };
  }
  await proxy.heal();
  return null;
}

function comesTrue(condition: () => boolean, timeoutMs: number): Promise<boolean> {
  return waitFor(condition, { what: 'a push', timeoutMs }).catch(() => false);
}

/** Whether a message begins an `insert` or `update` command of that collection, as BSON has it. */
function isWrite(request: Buffer, collection: string): boolean {
  const length = Buffer.alloc(4);
  length.writeInt32LE(collection.length + 1);
  const target = Buffer.concat([length, Buffer.from(`${collection}\0`)]);
  return ['insert', 'update'].some((command) =>
    request.includes(Buffer.concat([Buffer.from(`\x02${command}\0`), target])),
  );
}

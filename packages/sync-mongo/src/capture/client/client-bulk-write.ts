import { type BulkWriteResult, type ClientBulkWriteResult } from 'mongodb';
import { bulkWrite } from '../bulk/bulk-write.js';
import { acknowledgedOptions, isUnacknowledged, optionsOf } from '../run/call-options.js';
import { GeneratedIds } from '../run/generated-ids.js';
import { type WriteTarget } from '../run/write-target.js';
import {
  type ClientOperation,
  type DirectOperation,
  planClientBulk,
  type SteppedOperation,
  type TargetFinder,
} from './client-operation.js';
import { ClientTally } from './client-tally.js';

/** The client's own bulk, beneath capture. */
export type SendClientBulk = (models: readonly unknown[], options: unknown) => Promise<ClientBulkWriteResult>;

/** A bulk of a client, over several collections. */
export interface ClientBulk {
  readonly models: unknown;
  readonly options: unknown;
  readonly targetOf: TargetFinder;
  readonly send: SendClientBulk;
}

/**
 * Marks what a bulk over several collections writes: in one command where all of it can be marked in place; deletes and
 * replacements that may insert go by the bulk of their collection. Null where it is left to the driver.
 */
export function clientBulkWrite(bulk: ClientBulk): Promise<ClientBulkWriteResult> | null {
  if (!Array.isArray(bulk.models) || bulk.models.length === 0) return null;
  const plan = planClientBulk(bulk.models, bulk.targetOf);
  if (!plan || !plan.some(isOurs)) return null;
  return carryOut(bulk, plan).finally(() => announce(plan, bulk.options));
}

function isOurs(planned: ClientOperation): boolean {
  return planned.form === 'stepped' || planned.written !== undefined;
}

async function carryOut(bulk: ClientBulk, plan: readonly ClientOperation[]): Promise<ClientBulkWriteResult> {
  const direct = plan.filter((planned) => planned.form === 'direct');
  if (direct.length === plan.length) return sendDirect(bulk, direct, bulk.options);
  const { ordered, verboseResults } = optionsOf(bulk.options);
  const wish = { ordered: ordered !== false, verbose: verboseResults === true };
  const tally = new ClientTally(wish);
  for (const part of partsOf(plan, wish.ordered)) {
    if (tally.isOver) break;
    if (Array.isArray(part)) await runDirect(bulk, part as readonly DirectOperation[], tally);
    else await runStepped(part as SteppedOperation, { options: bulk.options, tally });
  }
  const result = tally.finish();
  return isUnacknowledged(bulk.options) ? { ...result, ...NOTHING_KNOWN } : result;
}

const NOTHING_KNOWN = {
  ...{ acknowledged: false, insertedCount: 0, upsertedCount: 0, matchedCount: 0 },
  ...{ modifiedCount: 0, deletedCount: 0 },
};

/** In order, neighbours that go in one command together; without an order, all of those together. */
function partsOf(
  plan: readonly ClientOperation[],
  ordered: boolean,
): readonly (readonly DirectOperation[] | SteppedOperation)[] {
  const parts: (DirectOperation[] | SteppedOperation)[] = [];
  for (const planned of plan) {
    if (planned.form === 'stepped') {
      parts.push(planned);
      continue;
    }
    const open = ordered ? parts.slice(-1) : parts;
    const together = open.find((part) => Array.isArray(part));
    if (together) together.push(planned);
    else parts.push([planned]);
  }
  return parts;
}

async function runDirect(
  bulk: ClientBulk,
  part: readonly DirectOperation[],
  tally: ClientTally,
): Promise<void> {
  const placeOf = (index: number): number => part[index]?.index ?? index;
  try {
    tally.addDirect(await sendDirect(bulk, part, acknowledgedOptions(bulk.options)), placeOf);
  } catch (error) {
    tally.addDirectError(error, placeOf);
  }
}

async function runStepped(
  operation: SteppedOperation,
  { options, tally }: { readonly options: unknown; readonly tally: ClientTally },
): Promise<void> {
  const { target } = operation;
  const args = [[operation.operation], acknowledgedOptions(ofCollection(options))];
  try {
    const result = (await bulkWrite({ target, args })) as BulkWriteResult;
    tally.addStepped(operation, result);
  } catch (error) {
    tally.addSteppedError(operation, error);
  }
}

/** The options of a client's bulk, without those that a collection's has not. */
function ofCollection(options: unknown): object {
  const { verboseResults: _, ...others } = optionsOf(options);
  return others;
}

function sendDirect(
  { send }: ClientBulk,
  part: readonly DirectOperation[],
  options: unknown,
): Promise<ClientBulkWriteResult> {
  const copies = new GeneratedIds(part.flatMap(({ written }) => written?.write.copy ?? []));
  const models = part.map(({ model }) => model);
  return copies.handBack(send(models, options));
}

/** Once for each collection; those of stepped operations tell of themselves. */
function announce(plan: readonly ClientOperation[], options: unknown): void {
  const last = new Map<string, NonNullable<DirectOperation['written']>>();
  for (const planned of plan) {
    if (planned.form === 'direct' && planned.written) last.set(planned.written.target.name, planned.written);
  }
  for (const { target, write } of last.values()) tell(target, { id: write.id.stamp, options });
}

function tell(
  { name, announcer }: WriteTarget,
  {
    id,
    options,
  }: { readonly id: Parameters<WriteTarget['announcer']['announce']>[0]['id']; options: unknown },
): void {
  announcer.announce({ collection: name, ids: 'many', id }, options);
}

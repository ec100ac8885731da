import { type BulkContext, planBulk } from '../bulk/plan-bulk.js';
import { type PlannedOperation, type PlannedWrite } from '../bulk/planned-operation.js';
import { type Fields, fieldsOf, withoutFields } from '../rewrite/fields.js';
import { type WriteTarget } from '../run/write-target.js';

/** An operation of a client's bulk: one that needs steps of its own, or one that goes with others in one command. */
export type ClientOperation = SteppedOperation | DirectOperation;

interface Placed {
  /** Its place in the application's bulk. */
  readonly index: number;
}

/** Goes with its neighbours in one command of the client. */
export interface DirectOperation extends Placed {
  readonly form: 'direct';
  /** As the client takes it: marked, where its collection is synced. */
  readonly model: Fields;
  /** With a marked one. */
  readonly written?: { readonly target: WriteTarget; readonly write: PlannedWrite };
}

/** Carried out by its collection's bulk. */
export interface SteppedOperation extends Placed {
  readonly form: 'stepped';
  readonly target: WriteTarget;
  readonly kind: 'update' | 'delete';
  /** As a collection's bulk takes it. */
  readonly operation: Fields;
}

/** Finds the synced collection of a namespace; null where it is none. */
export type TargetFinder = (namespace: string) => WriteTarget | null;

/**
 * How each operation of a client's bulk is carried out, each with an id of its own; null where one of them is malformed:
 * then the driver refuses them all.
 */
export function planClientBulk(
  models: readonly unknown[],
  targetOf: TargetFinder,
): readonly ClientOperation[] | null {
  const plan: ClientOperation[] = [];
  for (const [index, model] of models.entries()) {
    const planned = planModel(index, fieldsOf(model) ?? {}, targetOf);
    if (!planned) return null;
    plan.push(planned);
  }
  return plan;
}

/** What a client's operation says beyond what a collection's says. */
const ADDRESS: ReadonlySet<string> = new Set(['name', 'namespace', 'model']);

function planModel(index: number, model: Fields, targetOf: TargetFinder): ClientOperation | null {
  const { name, namespace } = model;
  if (typeof name !== 'string' || typeof namespace !== 'string') return null;
  const target = targetOf(namespace);
  if (!target) return { form: 'direct', index, model };
  const operation = { [name]: withoutFields(model, (field) => ADDRESS.has(field)) };
  const context: BulkContext = { collection: target.name, ids: target.ids };
  const [planned] = planBulk([operation], context) ?? [];
  return planned ? toClientOperation(index, { planned, namespace, target, operation }) : null;
}

function toClientOperation(
  index: number,
  at: {
    readonly planned: PlannedOperation;
    readonly namespace: string;
    readonly target: WriteTarget;
    readonly operation: Fields;
  },
): ClientOperation | null {
  const { planned, namespace, target, operation } = at;
  if (planned.form !== 'write') {
    return {
      form: 'stepped',
      index,
      target,
      operation,
      kind: planned.form === 'delete' ? 'delete' : 'update',
    };
  }
  const [entry] = Object.entries(planned.operation);
  if (!entry) return null;
  const [name, specification] = entry;
  const model = { ...fieldsOf(specification), namespace, name };
  return { form: 'direct', index, model, written: { target, write: planned } };
}

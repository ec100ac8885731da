import { documentKeyOf } from '../../bson/document-key.js';
import { fieldsOf } from '../rewrite/fields.js';
import { pinnedId } from '../rewrite/pinned-id.js';
import { type PlannedOperation } from './planned-operation.js';

/** Operations of one form that are carried out together. */
export type Segment = readonly [PlannedOperation, ...PlannedOperation[]];

/**
 * The parts of a bulk: in order, neighbours of one form together. Without an order as the driver does it: insertions first,
 * then updates and replacements in their order, deletes last. Where each of these names a document of its own their order
 * shows in nothing, and all of one form go together.
 */
export function segmentsOf(plan: readonly PlannedOperation[], ordered: boolean): readonly Segment[] {
  if (ordered) return neighbours(plan);
  const deletes = plan.filter(({ form }) => form === 'delete');
  const others = plan.filter(({ form }) => form !== 'delete');
  const changes = others.filter((planned) => !isInsertion(planned));
  if (areIndependent(changes)) {
    const writes = others.filter(({ form }) => form === 'write');
    return neighbours([...writes, ...others.filter(({ form }) => form === 'replace'), ...deletes]);
  }
  return neighbours([...others.filter(isInsertion), ...changes, ...deletes]);
}

function neighbours(plan: readonly PlannedOperation[]): readonly Segment[] {
  const segments: [PlannedOperation, ...PlannedOperation[]][] = [];
  for (const planned of plan) {
    const last = segments.at(-1);
    if (last?.[0].form === planned.form) last.push(planned);
    else segments.push([planned]);
  }
  return segments;
}

function isInsertion(planned: PlannedOperation): boolean {
  return planned.form === 'write' && planned.copy !== undefined;
}

/** Each is for one document, named by `_id`, that no other is for; or all are of one form, and keep their order anyway. */
function areIndependent(changes: readonly PlannedOperation[]): boolean {
  if (changes.every(({ form }) => form === changes[0]?.form)) return true;
  const keys = new Set<string>();
  for (const planned of changes) {
    const key = keyOf(planned);
    if (key === null || keys.has(key)) return false;
    keys.add(key);
  }
  return true;
}

function keyOf(planned: PlannedOperation): string | null {
  const [asked] = planned.form === 'write' ? Object.values(planned.asked) : [planned.specification];
  const { filter, collation } = fieldsOf(asked) ?? {};
  const id = pinnedId(filter, collation);
  try {
    return id === undefined ? null : documentKeyOf('', id);
  } catch {
    return null;
  }
}

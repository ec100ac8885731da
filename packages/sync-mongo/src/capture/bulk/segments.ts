import { type OperationForm, type PlannedOperation } from './planned-operation.js';

/** Operations of one form that are carried out together. */
export type Segment = readonly [PlannedOperation, ...PlannedOperation[]];

/**
 * The parts of a bulk: in order, neighbours of one form together; without an order, all of one form together, deletes
 * last, as the driver does it.
 */
export function segmentsOf(plan: readonly PlannedOperation[], ordered: boolean): readonly Segment[] {
  const segments: [PlannedOperation, ...PlannedOperation[]][] = [];
  for (const planned of plan) {
    const candidates = ordered ? segments.slice(-1) : segments;
    const segment = candidates.find(([first]) => first.form === planned.form);
    if (segment) segment.push(planned);
    else segments.push([planned]);
  }
  if (ordered) return segments;
  return segments.sort(([a], [b]) => FORMS.indexOf(a.form) - FORMS.indexOf(b.form));
}

const FORMS: readonly OperationForm[] = ['write', 'replace', 'delete'];

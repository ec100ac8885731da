import { type PlannedOperation } from './planned-operation.js';

/** Operations of one form that are carried out together. */
export type Segment = readonly [PlannedOperation, ...PlannedOperation[]];

/** The parts of a bulk: in order, neighbours of one form together; without an order, all of one form together. */
export function segmentsOf(plan: readonly PlannedOperation[], ordered: boolean): readonly Segment[] {
  const segments: [PlannedOperation, ...PlannedOperation[]][] = [];
  for (const planned of plan) {
    const candidates = ordered ? segments.slice(-1) : segments;
    const segment = candidates.find(([first]) => first.form === planned.form);
    if (segment) segment.push(planned);
    else segments.push([planned]);
  }
  return segments;
}

import { type Stamp } from '@bomba/sync-core';

/** A write of the application that was marked: a hint for whoever pushes, not a record. */
export interface CapturedWrite {
  readonly collection: string;
  /** The documents written, where the call tells; `many` means that only the dirty index knows. */
  readonly ids: readonly unknown[] | 'many';
  /** The id of the operation, of a bulk the last one. */
  readonly id: Stamp;
}

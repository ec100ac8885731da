import { type DocumentKey, reconcile, sweepQuarantine } from '@bomba/sync-core';
import { type Lane } from './lane.js';

/** How many quarantined states are looked at in one round. */
const PAGE_SIZE = 200;

/** Goes through the quarantine, page by page and round after round. */
export class QuarantineSweep {
  #after: string | null = null;

  /** Looks at the next page; what left Local for a moment is taken again. */
  async sweep(options: {
    readonly lane: Lane;
    readonly hold: (keys: readonly DocumentKey[]) => void;
  }): Promise<void> {
    const { lane, hold } = options;
    const { parked, next } = await lane.run(sweepQuarantine({ after: this.#after, limit: PAGE_SIZE }));
    this.#after = next;
    if (parked.length === 0) return;
    const { waiting, unsettled } = await lane.run(reconcile(lane.context, parked));
    hold([...waiting, ...unsettled]);
  }
}

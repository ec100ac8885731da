import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { type Model } from 'mongoose';
import { type Item } from '../slice/two-branches.js';

/** An application that goes on working, whatever becomes of the link: it creates, edits and deletes on Local. */
export interface SteadyWriter {
  /** Writes acknowledged so far. */
  readonly writeCount: number;
  /** The longest that a write has taken, in ms. */
  readonly slowestMs: number;
  /** Ends it; throws what a write threw. */
  stop(): Promise<void>;
}

/** How long the application rests between two writes: it leaves room for what is under test. */
const REST_MS = 5;

/** Starts writing, one write after the other. `mayFail`: whether Local is away now, of which a write may fail. */
export function startWriting(items: Model<Item>, mayFail: () => boolean = () => false): SteadyWriter {
  const state = { isStopping: false, writeCount: 0, slowestMs: 0 };
  const timed = async (write: () => Promise<unknown>): Promise<void> => {
    const startedMs = performance.now();
    try {
      await write();
    } catch (error) {
      if (!mayFail()) throw error;
      await pause(REST_MS);
      return;
    }
    state.slowestMs = Math.max(state.slowestMs, performance.now() - startedMs);
    state.writeCount++;
    await pause(REST_MS);
  };
  const write = async (): Promise<void> => {
    for (let n = 0; !state.isStopping; n++) {
      const item = new items({ name: `item ${n}`, n });
      await timed(() => item.save());
      await timed(() => items.updateOne({ _id: item._id }, { $inc: { n: 1 } }));
      if (n % 4 === 0) await timed(() => items.deleteOne({ _id: item._id }));
    }
  };
  const writing = write();
  writing.catch(() => undefined); // told by stop
  return {
    get writeCount() {
      return state.writeCount;
    },
    get slowestMs() {
      return state.slowestMs;
    },
    stop: () => {
      state.isStopping = true;
      return writing;
    },
  };
}

import { describe, expect, it } from '@jest/globals';
import { createDocumentKey, type ModelEntry, silentLogger } from '@bomba/sync-core';
import { waitFor } from '@bomba/sync-testkit';
import { BSON } from 'mongodb';
import mongoose from 'mongoose';
import { MongooseModelLane } from '../../../src/apply/mongoose-model-lane.js';
import { RemoteApply } from '../../../src/apply/remote-apply.js';
import { type AnyModel } from '../../../src/capture/index.js';
import { ManualClock } from '../control/manual-clock.js';

const LONG_MS = 30_000;
const SHORT_MS = 1_000;

/** A lane whose model never ends with some documents. */
class HungLane {
  readonly clock = new ManualClock();
  /** Those that its hook never ends with. */
  readonly hanging = new Set<number>();
  readonly #lane: MongooseModelLane;

  constructor() {
    const { hanging } = this;
    const schema = new mongoose.Schema({ _id: Number });
    schema.pre('save', async function wait() {
      if (hanging.has(Number(this._id))) await new Promise(() => undefined);
    });
    const model = new mongoose.Mongoose().model('Probe', schema) as unknown as AnyModel;
    const models = { modelOf: () => model, rulesOf: () => 'the rules of the probe' };
    this.#lane = new MongooseModelLane({
      ...{ models, clock: this.clock, logger: silentLogger, remoteApply: new RemoteApply() },
    });
  }

  /** What becomes of documents of one batch, each time that many milliseconds were waited for the next one that hangs. */
  async pass(ids: readonly number[], waitsMs: readonly number[] = []): Promise<readonly string[]> {
    const entries = ids.map((_id): ModelEntry => ({
      ...{ key: createDocumentKey('probes', `int:${_id}`), body: BSON.serialize({ _id }) },
      ...{ logic: 'run', previous: 'none', isRepeated: false },
    }));
    let isDone = false;
    const passing = this.#lane.run({ side: 'model', op: 'pass', entries });
    void passing.then(() => (isDone = true));
    for (const ms of waitsMs) {
      // The one that watches them all, and another one where the wait is short.
      await waitFor(() => this.clock.sleeperCount === (ms < LONG_MS ? 2 : 1), { what: 'the wait' });
      expect(isDone).toBe(false);
      this.clock.advance(ms);
    }
    return (await passing).map((result) => ('refused' in result ? result.reason : 'passed'));
  }
}

const GAVE_UP = 'It did not end within 30 s.';
const GAVE_UP_SOON = 'It did not end within 1 s.';

describe('a hook that never ends', () => {
  it('holds the others up once with a document, and only for a moment when that comes again', async () => {
    const lane = new HungLane();
    lane.hanging.add(1);
    expect(await lane.pass([1, 2], [LONG_MS])).toEqual([GAVE_UP, 'passed']);
    expect(await lane.pass([1, 2], [SHORT_MS])).toEqual([GAVE_UP_SOON, 'passed']);
  });

  it('is waited for in full with the next document, and no more once it hangs with that too', async () => {
    const lane = new HungLane();
    for (const id of [1, 2, 3, 4]) lane.hanging.add(id);
    const waits = [LONG_MS, LONG_MS, SHORT_MS, SHORT_MS];
    expect(await lane.pass([1, 2, 3, 4], waits)).toEqual([GAVE_UP, GAVE_UP, GAVE_UP_SOON, GAVE_UP_SOON]);
  });

  it('is waited for in full again once it has ended with a document, and passes what it ends with', async () => {
    const lane = new HungLane();
    for (const id of [1, 2]) lane.hanging.add(id);
    await lane.pass([1, 2], [LONG_MS, LONG_MS]);
    lane.hanging.clear();
    expect(await lane.pass([1, 2, 3])).toEqual(['passed', 'passed', 'passed']);
    lane.hanging.add(1);
    expect(await lane.pass([1], [LONG_MS])).toEqual([GAVE_UP]);
  });

  it('is waited for in full again after some minutes, however often it was not given its time meanwhile', async () => {
    const lane = new HungLane();
    for (const id of [1, 2, 3]) lane.hanging.add(id);
    await lane.pass([1, 2], [LONG_MS, LONG_MS]);
    for (let minute = 1; minute < 5; minute++) {
      lane.clock.advance(60_000 - SHORT_MS);
      expect(await lane.pass([3], [SHORT_MS])).toEqual([GAVE_UP_SOON]);
    }
    lane.clock.advance(60_000);
    expect(await lane.pass([3], [LONG_MS])).toEqual([GAVE_UP]);
  });

  it('is waited for in full again after some minutes', async () => {
    const lane = new HungLane();
    lane.hanging.add(1);
    await lane.pass([1], [LONG_MS]);
    lane.clock.advance(5 * 60_000);
    expect(await lane.pass([1], [LONG_MS])).toEqual([GAVE_UP]);
  });
});

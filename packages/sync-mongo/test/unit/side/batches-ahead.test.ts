import { describe, expect, it } from '@jest/globals';
import { BatchesAhead, type BatchSource } from '../../../src/side/batches-ahead.js';

/** A source of so many batches, which counts how often it was asked, and then ends or fails. */
class FakeSource implements BatchSource<number> {
  askedCount = 0;
  isClosed = false;
  readonly #count: number;
  readonly #failure: Error | null;

  constructor(count: number, failure: Error | null = null) {
    this.#count = count;
    this.#failure = failure;
  }

  async next(): Promise<number | null> {
    this.askedCount++;
    await Promise.resolve();
    if (this.isClosed) throw new Error('asked behind its end');
    if (this.askedCount > this.#count && this.#failure) throw this.#failure;
    return this.askedCount <= this.#count ? this.askedCount : null;
  }

  close(): Promise<void> {
    this.isClosed = true;
    return Promise.resolve();
  }
}

describe('batches that are read ahead', () => {
  it('come in their order, and end', async () => {
    const batches = new BatchesAhead(new FakeSource(3));
    expect([await batches.next(), await batches.next(), await batches.next()]).toEqual([1, 2, 3]);
    expect([await batches.next(), await batches.next()]).toEqual([null, null]);
  });

  it('are asked for one before they are needed, and no more', async () => {
    const source = new FakeSource(9);
    const batches = new BatchesAhead(source);
    for (const asked of [2, 3, 4]) {
      await batches.next();
      await Promise.resolve();
      expect(source.askedCount).toBe(asked);
    }
  });

  it('tell whoever asks next that they failed, after what was read before', async () => {
    const failure = new Error('the cursor has gone');
    const batches = new BatchesAhead(new FakeSource(1, failure));
    expect(await batches.next()).toBe(1);
    await expect(batches.next()).rejects.toBe(failure);
  });

  it('may fail after nobody wants them any more', async () => {
    const source = new FakeSource(1, new Error('the cursor was closed'));
    const batches = new BatchesAhead(source);
    await batches.next();
    await batches.close();
    await new Promise((resolve) => setImmediate(resolve)); // an unheard failure would end the process by now
    expect(source.isClosed).toBe(true);
  });

  it('are closed once what is on its way has come, as nobody else may use its session before', async () => {
    const source = new FakeSource(5);
    const batches = new BatchesAhead(source);
    await batches.next();
    const closed = batches.close();
    expect(source.isClosed).toBe(false);
    await closed;
    expect(source.isClosed).toBe(true);
  });
});

import { describe, expect, it } from '@jest/globals';
import { BatchesAhead, type RawCursor } from '../../../src/side/batches-ahead.js';

const batch = (number: number): Uint8Array[] => [Uint8Array.of(number)];

/** A cursor of so many batches, which counts how often its server was asked, and then ends or fails. */
class FakeCursor implements RawCursor {
  askedCount = 0;
  isClosed = false;
  readonly #count: number;
  readonly #failure: Error | null;

  constructor(count: number, failure: Error | null = null) {
    this.#count = count;
    this.#failure = failure;
  }

  async hasNext(): Promise<boolean> {
    this.askedCount++;
    await Promise.resolve();
    if (this.askedCount > this.#count && this.#failure) throw this.#failure;
    return this.askedCount <= this.#count;
  }

  readBufferedDocuments(): unknown[] {
    return batch(this.askedCount);
  }

  close(): Promise<void> {
    this.isClosed = true;
    return Promise.resolve();
  }
}

describe('batches that are read ahead', () => {
  it('come in their order, and end', async () => {
    const batches = new BatchesAhead(new FakeCursor(3));
    expect([await batches.next(), await batches.next(), await batches.next()]).toEqual([1, 2, 3].map(batch));
    expect([await batches.next(), await batches.next()]).toEqual([null, null]);
  });

  it('are asked for one before they are needed, and no more', async () => {
    const cursor = new FakeCursor(9);
    const batches = new BatchesAhead(cursor);
    for (const asked of [2, 3, 4]) {
      await batches.next();
      await Promise.resolve();
      expect(cursor.askedCount).toBe(asked);
    }
  });

  it('tell whoever asks next that they failed, after what was read before', async () => {
    const failure = new Error('the cursor has gone');
    const batches = new BatchesAhead(new FakeCursor(1, failure));
    expect(await batches.next()).toEqual(batch(1));
    await expect(batches.next()).rejects.toBe(failure);
  });

  it('may fail after nobody wants them any more', async () => {
    const cursor = new FakeCursor(1, new Error('the cursor was closed'));
    const batches = new BatchesAhead(cursor);
    await batches.next();
    await batches.close();
    await new Promise((resolve) => setImmediate(resolve)); // an unheard failure would end the process by now
    expect(cursor.isClosed).toBe(true);
  });
});

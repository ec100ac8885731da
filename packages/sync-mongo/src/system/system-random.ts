import { randomBytes, randomFillSync } from 'node:crypto';
import { type Random } from '@bomba/sync-core';

const TWO_TO_32 = 2 ** 32;
const POOL_BYTES = 4096;

/**
 * The machine's randomness, drawn in advance: a draw of its own for each write id would cost more than the rest of the
 * id. Every byte is handed out once, and wiped from the pool as it goes.
 */
class PooledRandom implements Random {
  readonly #pool = Buffer.alloc(POOL_BYTES);
  #used = POOL_BYTES;

  bytes(count: number): Uint8Array {
    if (count > POOL_BYTES) return randomBytes(count);
    if (this.#used + count > POOL_BYTES) this.#refill();
    const end = this.#used + count;
    const drawn = Uint8Array.from(this.#pool.subarray(this.#used, end));
    this.#pool.fill(0, this.#used, end);
    this.#used = end;
    return drawn;
  }

  fraction(): number {
    const drawn = this.bytes(4);
    return new DataView(drawn.buffer, drawn.byteOffset).getUint32(0) / TWO_TO_32;
  }

  #refill(): void {
    randomFillSync(this.#pool);
    this.#used = 0;
  }
}

/** The machine's randomness. */
export const systemRandom: Random = new PooledRandom();

import { describe, expect, it } from '@jest/globals';
import { systemRandom } from '../../../src/system/system-random.js';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe("the machine's randomness", () => {
  it('is never handed out twice, over many refills', () => {
    const drawn = new Set(Array.from({ length: 10_000 }, () => hex(systemRandom.bytes(16))));
    expect(drawn.size).toBe(10_000);
  });

  it('leaves what was handed out alone when more is drawn', () => {
    const first = systemRandom.bytes(16);
    const text = hex(first);
    for (let i = 0; i < 1_000; i++) systemRandom.bytes(16);
    expect(hex(first)).toBe(text);
  });

  it.each([0, 1, 12, 4_096, 4_097, 10_000])('gives as many bytes as are asked for: %i', (count) => {
    expect(systemRandom.bytes(count)).toHaveLength(count);
  });

  it('gives fractions over the whole range below one', () => {
    const tenths = new Set<number>();
    for (let i = 0; i < 10_000; i++) {
      const fraction = systemRandom.fraction();
      expect(fraction >= 0 && fraction < 1).toBe(true);
      tenths.add(Math.floor(fraction * 10));
    }
    expect(tenths.size).toBe(10);
  });
});

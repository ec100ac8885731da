import { describe, expect, it } from '@jest/globals';
import { progressLine } from '../../../src/progress/count-records.js';

describe('progressLine', () => {
  it('shows how far each side is', () => {
    const line = progressLine(
      [
        { side: 'branch a', count: 100 },
        { side: 'Atlas', count: 50 },
        { side: 'branch b', count: 0 },
      ],
      100,
    );
    expect(line).toBe(
      'branch a ████████████████ 100/100   Atlas ████████░░░░░░░░ 50/100   branch b ░░░░░░░░░░░░░░░░ 0/100',
    );
  });

  it('never draws beyond its length', () => {
    expect(progressLine([{ side: 'Atlas', count: 300 }], 100)).toBe('Atlas ████████████████ 300/100');
  });
});

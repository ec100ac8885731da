import { describe, expect, it } from '@jest/globals';
import { createSlipNumber } from '../../../src/models/slip-number.js';

describe('createSlipNumber', () => {
  it('says branch and day', () => {
    expect(createSlipNumber('CAI', new Date(2025, 0, 3, 23, 59))).toMatch(/^CAI-250103-[2-9A-Z]{6}$/);
    expect(createSlipNumber(undefined, new Date(2031, 11, 31))).toMatch(/^311231-[2-9A-Z]{6}$/);
  });

  it('has no letters or digits that sound or look alike', () => {
    const chances = Array.from({ length: 500 }, () => createSlipNumber(undefined).split('-')[1]).join('');
    expect(chances).not.toMatch(/[01ILO]/);
  });

  it('gives another number each time', () => {
    const at = new Date(2025, 0, 1);
    expect(new Set(Array.from({ length: 100 }, () => createSlipNumber('CAI', at))).size).toBe(100);
  });
});

import { describe, expect, it } from '@jest/globals';
import { compileInMemory } from '../../support/models-in-memory.js';

const { model: Session } = compileInMemory()('sessions');
const startedAt = new Date('2025-01-31T20:00:00Z');

describe('a session', () => {
  it('costs nothing until it has ended', async () => {
    expect((await new Session({ startedAt, hourlyRate: 6_000 }).save()).get('price')).toBe(0);
  });

  it('costs its time at its rate, in whole piastres', async () => {
    const endedAt = new Date('2025-01-31T21:30:01Z');
    expect((await new Session({ startedAt, endedAt, hourlyRate: 6_000 }).save()).get('price')).toBe(9_002);
  });

  it('costs nothing where it ended before it began', async () => {
    const endedAt = new Date('2025-01-31T19:00:00Z');
    expect((await new Session({ startedAt, endedAt, hourlyRate: 6_000 }).save()).get('price')).toBe(0);
  });
});

import { describe, expect, it } from '@jest/globals';
import { Schema } from 'mongoose';
import { probeLane, read } from './probe-lane.js';

/** A bill whose total is computed, and must not be large. */
function billSchema(): Schema {
  const schema = new Schema({ count: Number, total: { type: Number, max: 100 } });
  schema.pre('save', function () {
    this.set('total', Number(this.get('count')) * 10);
  });
  return schema;
}

describe('logic that refuses what it has made itself', () => {
  it('refuses that state, and goes on to be run on the next', async () => {
    const { pass, warnings } = probeLane(billSchema());
    expect(await pass({ _id: 1, count: 20 })).toMatchObject({ refused: true, code: 'SYNC_WRITE_VALIDATION' });
    expect(read(await pass({ _id: 1, count: 3 }))).toMatchObject({ total: 30 });
    expect(warnings).toEqual([]);
  });
});

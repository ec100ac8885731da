import { describe, expect, it } from '@jest/globals';
import {
  acknowledgedOptions,
  lookOptions,
  matchingOptions,
  sendingOptions,
} from '../../../../src/capture/run/call-options.js';

const session = { inTransaction: () => true };

describe('the options of a call', () => {
  it('go to each step as far as they concern it', () => {
    const options = {
      session,
      comment: 'c',
      collation: { locale: 'de' },
      hint: 'a_1',
      upsert: true,
      sort: { a: 1 },
    };
    expect(sendingOptions(options)).toEqual({ session, comment: 'c' });
    expect(matchingOptions(options)).toEqual({
      session,
      comment: 'c',
      collation: { locale: 'de' },
      hint: 'a_1',
    });
  });

  it.each([{ w: 0 }, { writeConcern: { w: 0 } }])(
    'never let a step go unacknowledged: %j',
    (unacknowledged) => {
      const options = { ...unacknowledged, upsert: true };
      expect(acknowledgedOptions(options)).toEqual({ upsert: true });
      expect(sendingOptions(options)).toEqual({});
    },
  );

  it('keep any other write concern', () => {
    expect(sendingOptions({ w: 'majority', j: true })).toEqual({ w: 'majority', j: true });
    expect(acknowledgedOptions({ writeConcern: { w: 1 } })).toEqual({ writeConcern: { w: 1 } });
  });

  it('look at the primary, but for a transaction, which says itself where', () => {
    expect(lookOptions({})).toMatchObject({ readPreference: 'primary', readConcern: { level: 'local' } });
    const inTransaction = lookOptions({ session });
    expect(inTransaction).toMatchObject({ session });
    expect(inTransaction).not.toHaveProperty('readPreference');
    expect(inTransaction).not.toHaveProperty('readConcern');
  });
});

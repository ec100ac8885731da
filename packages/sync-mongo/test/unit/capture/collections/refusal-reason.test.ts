import { describe, expect, it } from '@jest/globals';
import { type CollectionFacts, refusalReason } from '../../../../src/capture/collections/refusal-reason.js';

const plain: CollectionFacts = { type: 'collection', options: {}, hasExpiry: false, allowsExpiry: false };
const strict = { additionalProperties: false, properties: { name: {} } };

describe('a collection', () => {
  it.each<Partial<CollectionFacts>>([
    {},
    { options: { validator: { name: { $type: 'string' } } } },
    { options: { validator: { $jsonSchema: { required: ['name'] } } } },
    { options: { validator: { $jsonSchema: strict }, validationAction: 'warn' } },
    { options: { validator: { $jsonSchema: strict }, validationLevel: 'off' } },
    { options: { validator: { $jsonSchema: { ...strict, properties: { _syncMeta: {} } } } } },
    { options: { validator: { $jsonSchema: { ...strict, patternProperties: { '^_': {} } } } } },
    { hasExpiry: true, allowsExpiry: true },
  ])('can be synced: %j', (facts) => {
    expect(refusalReason({ ...plain, ...facts })).toBeNull();
  });

  it.each<[string, Partial<CollectionFacts>]>([
    ['view', { type: 'view' }],
    ['time-series', { type: 'timeseries' }],
    ['capped', { options: { capped: true } }],
    ['encrypted', { options: { encryptedFields: {} } }],
    ['validator', { options: { validator: { $jsonSchema: strict } } }],
    ['validator', { options: { validator: { $and: [{ a: 1 }, { $jsonSchema: strict }] } } }],
    ['validator', { options: { validator: { $jsonSchema: { allOf: [strict] } } } }],
    [
      'validator',
      { options: { validator: { $jsonSchema: { ...strict, patternProperties: { '(?i)x(': {} } } } } },
    ],
    ['TTL', { hasExpiry: true }],
  ])('is refused, naming the %s', (word, facts) => {
    expect(refusalReason({ ...plain, ...facts })).toContain(word);
  });
});

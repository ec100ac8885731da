import { describe, expect, it } from '@jest/globals';
import { compileInMemory } from '../../support/models-in-memory.js';

describe('an open resource', () => {
  it.each(['movies', 'cars', 'weather'])('keeps whatever the data set of %s has', async (name) => {
    const { model } = compileInMemory()(name);
    const content = { Title: 'The Land Girls', 'US Gross': 146_083, tags: ['a', { b: null }], empty: {} };
    const stored = (await new model(content).save()).toObject({ versionKey: false });
    expect({ ...stored, _id: null }).toEqual({ ...content, _id: null });
  });
});

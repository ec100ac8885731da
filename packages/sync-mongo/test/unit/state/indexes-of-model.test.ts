import { describe, expect, it } from '@jest/globals';
import mongoose, { Schema } from 'mongoose';
import { type AnyModel } from '../../../src/capture/index.js';
import { indexesOf } from '../../../src/state/indexes-of-model.js';

const collation = { locale: 'en', strength: 2 };

function modelsOf(): { readonly base: AnyModel; readonly kind: AnyModel; readonly plain: AnyModel } {
  const apart = new mongoose.Mongoose({ autoCreate: false, autoIndex: false });
  const base = new Schema(
    { number: { type: String, unique: true } },
    { discriminatorKey: 'kind', collation },
  );
  base.index({ hall: 1, place: 1 }, { unique: true });
  const kind = new Schema({
    code: { type: String, unique: true },
    card: { type: String, unique: true, sparse: true },
  });
  kind.index({ room: 1 }, { partialFilterExpression: { isOpen: true }, collation: { locale: 'fr' } });
  const compiled = apart.model('Base', base);
  const models = [
    compiled,
    compiled.discriminator('Kind', kind, 'k'),
    apart.model('Plain', new Schema({ a: String })),
  ];
  const [ofBase, ofKind, plain] = models as unknown as readonly [AnyModel, AnyModel, AnyModel];
  return { base: ofBase, kind: ofKind, plain };
}

describe('the indexes of a model', () => {
  it('are those of its schema, in its collation', () => {
    expect(indexesOf(modelsOf().base)).toEqual([
      { key: { number: 1 }, unique: true, collation },
      { key: { hall: 1, place: 1 }, unique: true, collation },
    ]);
    expect(indexesOf(modelsOf().plain)).toEqual([]);
  });

  it('are of one kind alone where a discriminator has them, unless they are sparse, and none of its base', () => {
    expect(indexesOf(modelsOf().kind)).toEqual([
      { key: { code: 1 }, unique: true, collation, partialFilterExpression: { kind: 'k' } },
      { key: { card: 1 }, unique: true, sparse: true, collation },
      {
        key: { room: 1 },
        collation: { locale: 'fr' },
        partialFilterExpression: { isOpen: true, kind: 'k' },
      },
    ]);
  });
});

import { describe, expect, it } from '@jest/globals';
import mongoose, { type Mongoose, Schema } from 'mongoose';
import { ChosenModels } from '../../../src/apply/chosen-models.js';
import { type AnyModel } from '../../../src/capture/index.js';

interface Chosen {
  readonly apart: Mongoose;
  readonly add: (model: unknown) => void;
  readonly chosen: ChosenModels;
  readonly warnings: readonly string[];
}

function choosing(): Chosen {
  const apart = new mongoose.Mongoose({ autoCreate: false, autoIndex: false });
  const models = new Set<AnyModel>();
  const warnings: string[] = [];
  const logger = { warn: (message: string) => void warnings.push(message) };
  const chosen = new ChosenModels({ mongoose: apart, models, applyLogic: 'foreign', logger });
  return { apart, add: (model) => void models.add(model as AnyModel), chosen, warnings };
}

const mealSchema = (): Schema =>
  new Schema({ name: String }, { discriminatorKey: 'kind', collection: 'meals' });

describe('the model of a collection', () => {
  it('is the base of its kinds, whose rules count too, whenever they come', () => {
    const { apart, add, chosen, warnings } = choosing();
    const base = apart.model('Meal', mealSchema());
    add(base);
    const rules = chosen.rulesOf('meals');
    expect(chosen.modelOf('meals')).toBe(base);
    add(base.discriminator('HotMeal', new Schema({ degrees: { type: Number, max: 100 } }), 'hot'));
    expect(chosen.modelOf('meals')).toBe(base);
    expect(chosen.modeOf('meals')).toBe('foreign');
    expect(chosen.rulesOf('meals')).not.toBe(rules);
    expect(warnings).toEqual([]);
  });

  it('is none where several share it and none is more right than the others, and that is said', () => {
    const { apart, add, chosen, warnings } = choosing();
    for (const name of ['Meal', 'Dish']) add(apart.model(name, mealSchema()));
    expect(chosen.modelOf('meals')).toBeNull();
    expect(chosen.modeOf('meals')).toBe('never');
    expect(warnings).toHaveLength(1);
  });
});

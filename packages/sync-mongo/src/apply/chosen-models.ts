import { type ApplyLogic, type Logger } from '@bomba/sync-core';
import { type Mongoose } from 'mongoose';
import { type AnyModel } from '../capture/index.js';
import { schemaFingerprint } from './schema-fingerprint.js';

/** What a choice is made from. */
export interface ChosenModelsOptions {
  readonly mongoose: Mongoose;
  /** The synced models seen so far; discriminators are reached through their base. */
  readonly models: ReadonlySet<AnyModel>;
  /** For all models, or by the name of the model (`*`: the others). */
  readonly applyLogic: ApplyLogic | Readonly<Record<string, ApplyLogic>>;
  readonly logger: Pick<Logger, 'warn'>;
}

const DEFAULT_MODE: ApplyLogic = 'foreign';

/** Which model the states of a collection pass, and which of them. */
export class ChosenModels {
  readonly #options: ChosenModelsOptions;
  readonly #known = new Map<string, AnyModel | null>();
  readonly #rules = new Map<AnyModel, string>();
  #knownCount = 0;

  constructor(options: ChosenModelsOptions) {
    this.#options = options;
  }

  /** The model of a collection; null where it has none, or several of which none is more right than the others. */
  modelOf(collection: string): AnyModel | null {
    this.#noticeNewModels();
    const known = this.#known.get(collection);
    if (known !== undefined) return known;
    const model = this.#choose(collection);
    this.#known.set(collection, model);
    return model;
  }

  modeOf(collection: string): ApplyLogic {
    const model = this.modelOf(collection);
    if (!model) return 'never';
    const { applyLogic } = this.#options;
    if (typeof applyLogic === 'string') return applyLogic;
    return applyLogic[model.modelName] ?? applyLogic['*'] ?? DEFAULT_MODE;
  }

  /** Names the rules that states of a collection have to follow now; null where it has no model. */
  rulesOf(collection: string): string | null {
    const model = this.modelOf(collection);
    if (!model) return null;
    let rules = this.#rules.get(model);
    if (rules === undefined) this.#rules.set(model, (rules = schemaFingerprint(model.schema)));
    return `${this.modeOf(collection)} ${rules}`;
  }

  /** Models may come at any time, and another kind of a model changes its rules. */
  #noticeNewModels(): void {
    const { size } = this.#options.models;
    if (this.#knownCount === size) return;
    this.#knownCount = size;
    this.#known.clear();
    this.#rules.clear();
  }

  #choose(collection: string): AnyModel | null {
    const { mongoose, models, logger } = this.#options;
    const isBase = ({ baseModelName }: AnyModel): boolean => baseModelName === undefined;
    const all = [...models].filter((each) => each.collection.collectionName === collection && isBase(each));
    const own = all.filter(({ db }) => db === mongoose.connection);
    const [first = null, ...others] = own.length > 0 ? own : all;
    if (others.length === 0) return first;
    logger.warn('several models share a collection: states from Atlas pass none of them', { collection });
    return null;
  }
}

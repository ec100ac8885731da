import { type ApplyLogic, type ModelLane } from '@bomba/sync-core';
import { ChosenModels, type ChosenModelsOptions } from './chosen-models.js';
import { MongooseModelLane, type ModelLaneOptions } from './mongoose-model-lane.js';
import { RemoteApply } from './remote-apply.js';

/** The application's business logic, as it is run on what comes from Atlas. */
export class BusinessLogic {
  readonly lane: ModelLane;
  readonly #models: ChosenModels;
  readonly #remoteApply = new RemoteApply();

  constructor(options: ChosenModelsOptions & Pick<ModelLaneOptions, 'clock' | 'logger' | 'excludedFields'>) {
    this.#models = new ChosenModels(options);
    this.lane = new MongooseModelLane({ ...options, models: this.#models, remoteApply: this.#remoteApply });
  }

  /** Whether this code runs because a state from Atlas is being applied. */
  get isApplying(): boolean {
    return this.#remoteApply.isActive;
  }

  /** Which states of a collection pass their model. */
  modeOf(collection: string): ApplyLogic {
    return this.#models.modeOf(collection);
  }

  /** Names the rules that states of a collection have to follow now; null where it has no model. */
  rulesOf(collection: string): string | null {
    return this.#models.rulesOf(collection);
  }
}

import {
  type Body,
  type Clock,
  collectionOf,
  isRefusal,
  type Logger,
  type ModelEntry,
  type ModelLane,
  type ModelOperation,
  type Refusal,
  type ResultOf,
  sameBody,
} from '@bomba/sync-core';
import { type AnyModel } from '../capture/index.js';
import { type ChosenModels } from './chosen-models.js';
import { type ExcludedFields, noneExcluded } from '../fields/excluded-fields.js';
import { type ExclusionSet } from '../fields/exclusion-set.js';
import { HungLogic, SHORT_PATIENCE_MS } from './hung-logic.js';
import { incomingDocument, outputOf } from './incoming-document.js';
import { isPassing, LOGIC_PATIENCE_MS, logicRefusal, neverEnded } from './logic-refusal.js';
import { overlay } from './overlay.js';
import { Patience } from './patience.js';
import { type RemoteApply } from './remote-apply.js';
import { canRunPreSave, runPreSave, validate } from './run-logic.js';
import { shapeOf } from './shape.js';

/** What a lane works with. */
export interface ModelLaneOptions {
  readonly models: Pick<ChosenModels, 'modelOf' | 'rulesOf'>;
  readonly remoteApply: RemoteApply;
  /** Default: none is. */
  readonly excludedFields?: ExcludedFields;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** How many states are validated before the application gets its turn again. */
const SLICE_SIZE = 100;
/** How often logic is run where a database could not serve it at that moment. */
const MAX_TRIES = 3;

/** Passes states through Mongoose models: documents that are never saved, whose output is laid over the bytes that came. */
export class MongooseModelLane implements ModelLane {
  readonly #options: ModelLaneOptions;
  /** Models whose logic does not accept its own output: they only validate. */
  readonly #restless = new WeakSet<AnyModel>();
  readonly #hung: HungLogic;

  constructor(options: ModelLaneOptions) {
    this.#options = options;
    this.#hung = new HungLogic(options.clock);
  }

  async run<O extends ModelOperation>({ entries }: O): Promise<ResultOf<O>> {
    const { clock, remoteApply } = this.#options;
    const patience = new Patience(clock, LOGIC_PATIENCE_MS);
    const passAll = async (): Promise<readonly (Body | Refusal)[]> => {
      const results: (Body | Refusal)[] = [];
      for (const [i, entry] of entries.entries()) {
        if (i > 0 && i % SLICE_SIZE === 0) await clock.sleep(0);
        results.push(this.#named(entry, await this.#passInTime(entry, patience)));
      }
      return results;
    };
    try {
      return (await remoteApply.run(passAll)) as ResultOf<O>;
    } finally {
      patience.end();
    }
  }

  /** What did not end a while ago is not waited for as long again. */
  async #passInTime(entry: ModelEntry, patience: Patience): Promise<Body | Refusal> {
    const model = this.#options.models.modelOf(collectionOf(entry.key));
    if (!model) return entry.body;
    const limitMs = this.#hung.isExpected(entry.key, model) ? SHORT_PATIENCE_MS : LOGIC_PATIENCE_MS;
    const result = await patience.with(() => this.#pass(model, entry), limitMs);
    if (result !== null) this.#hung.forget(entry.key, model);
    // What had a moment only tells nothing new: else it would never be given its time again.
    else if (limitMs === LOGIC_PATIENCE_MS) this.#hung.note(entry.key, model);
    return result ?? neverEnded(limitMs);
  }

  #named({ key }: ModelEntry, result: Body | Refusal): Body | Refusal {
    const schema = isRefusal(result) ? this.#options.models.rulesOf(collectionOf(key)) : null;
    return schema === null ? result : { ...(result as Refusal), schema };
  }

  async #pass(model: AnyModel, entry: ModelEntry): Promise<Body | Refusal> {
    if (entry.logic === 'check' || this.#restless.has(model)) return this.#check(model, entry);
    const output = await this.#execute(model, entry);
    if (isRefusal(output) || sameBody(output, entry.body)) return output;
    const again = await this.#repeat(model, entry, output);
    return isRefusal(again) || sameBody(again, output) ? again : this.#giveUp(model, entry);
  }

  /** The logic is to leave its own output as it is, as it will be run on it again, here or on another branch. */
  #repeat(model: AnyModel, entry: ModelEntry, output: Body): Promise<Body | Refusal> {
    const previous = entry.isRepeated ? entry.previous : output;
    return this.#execute(model, { ...entry, body: output, previous });
  }

  #giveUp(model: AnyModel, { body }: ModelEntry): Body {
    this.#restless.add(model);
    this.#options.logger.warn(
      'the hooks of a model change what they have made themselves: what is applied is only validated',
      { collection: model.collection.collectionName, code: 'SYNC_APPLY_NOT_IDEMPOTENT' },
    );
    return body;
  }

  #excludedOf(model: AnyModel): ExclusionSet {
    const { excludedFields = noneExcluded } = this.#options;
    return excludedFields.of(model.collection.collectionName);
  }

  #check(model: AnyModel, entry: ModelEntry): Promise<Body | Refusal> {
    return attempt(async () => {
      await validate(incomingDocument(model, { ...entry, previous: 'unknown' }), this.#excludedOf(model));
      return entry.body;
    });
  }

  #execute(model: AnyModel, entry: ModelEntry): Promise<Body | Refusal> {
    return attempt(async () => {
      const document = incomingDocument(model, entry);
      await validate(document, this.#excludedOf(model));
      if (!canRunPreSave(document)) return entry.body;
      await runPreSave(document);
      return overlay(entry.body, outputOf(document), shapeOf(document.schema));
    });
  }
}

/** Whatever logic does is a value. */
async function attempt(work: () => Promise<Body>): Promise<Body | Refusal> {
  for (let tries = 1; ; tries++) {
    try {
      return await work();
    } catch (error) {
      if (tries >= MAX_TRIES || !isPassing(error)) return logicRefusal(error);
    }
  }
}

import {
  type Body,
  collectionOf,
  isRefusal,
  type ModelEntry,
  type ModelLane,
  type ModelOperation,
  type Refusal,
  type ResultOf,
  sameBody,
} from '@bomba/sync-core';
import { type Db } from 'mongodb';
import { type ExcludedFields } from './excluded-fields.js';
import { type KeptFields } from './keep-excluded.js';
import { keptOnLocal } from './left-fields.js';
import { withoutExcluded } from './take-out.js';

/** Where the excluded fields are that models are to see. */
export interface KeptFieldsPlace {
  readonly db: Db;
  readonly excluded: ExcludedFields;
}

/**
 * Shows models whole documents: what came from Atlas with the excluded fields that Local has. What logic makes of these
 * fields does not count.
 */
export class KeptFieldsLane implements ModelLane {
  readonly #models: ModelLane;
  readonly #place: KeptFieldsPlace;

  constructor(models: ModelLane, place: KeptFieldsPlace) {
    this.#models = models;
    this.#place = place;
  }

  run<O extends ModelOperation>(operation: O): Promise<ResultOf<O>> {
    return this.#place.excluded.name === '' ? this.#models.run(operation) : this.#runWithKept(operation);
  }

  async #runWithKept<O extends ModelOperation>(operation: O): Promise<ResultOf<O>> {
    const { entries } = operation;
    const kept = await keptOnLocal(
      this.#place,
      entries.map(({ key }) => key),
    );
    const shown = entries.map((entry) => show(entry, kept(entry.key)));
    const results = await this.#models.run({ ...operation, entries: shown });
    return entries.map((entry, i) =>
      this.#hide(entry, shown[i] ?? entry, results[i] ?? entry.body),
    ) as ResultOf<O>;
  }

  #hide({ key, body }: ModelEntry, shown: ModelEntry, result: Body | Refusal): Body | Refusal {
    if (isRefusal(result)) return result;
    if (sameBody(result, shown.body)) return body;
    const made = withoutExcluded(result, this.#place.excluded.of(collectionOf(key)));
    return sameBody(made, body) ? body : made;
  }
}

function show(entry: ModelEntry, kept: KeptFields): ModelEntry {
  const { body, previous } = entry;
  return {
    ...entry,
    body: kept.around(body),
    previous: typeof previous === 'string' ? previous : kept.around(previous),
  };
}

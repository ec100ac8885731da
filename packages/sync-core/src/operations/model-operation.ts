import { type DocumentKey } from '../document-key/document-key.js';
import { type Body } from '../protocol/body.js';
import { type Refusal } from './refusal.js';

/** A state from Atlas that is to pass its model before Local stores it. @public */
export interface ModelEntry {
  readonly key: DocumentKey;
  /** The state, as it is on Atlas. */
  readonly body: Body;
  /** `check`: only whether it is valid; `run`: casting, validation and hooks, whose output counts. */
  readonly logic: 'check' | 'run';
  /** The content that was changed into it; `none`: it is new; `unknown`: nobody can say what was changed. */
  readonly previous: Body | 'none' | 'unknown';
  /** Whether other branches will run the logic once more on its output, as one that was changed from the same content. */
  readonly isRepeated: boolean;
}

/** What the engine asks of the application's models. Entries are independent of each other. @public */
export interface ModelOperation {
  readonly side: 'model';
  readonly op: 'pass';
  readonly entries: readonly ModelEntry[];
}

/** What each operation on the models answers, by its name. @public */
export interface ModelResults {
  /** What the model makes of each: the very bytes that came where it changes nothing. */
  readonly pass: readonly (Body | Refusal)[];
}

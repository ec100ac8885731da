import { type DocumentKey } from '../document-key/document-key.js';
import { type SyncErrorCode } from '../errors/error-codes.js';
import { type Holder } from './holder.js';
import { type Stamp } from '../protocol/stamp.js';

/** A server's no to one state, for good as far as is known: it goes to quarantine and blocks nothing else. @public */
export interface Refusal {
  readonly refused: true;
  readonly code: SyncErrorCode;
  /** One sentence for people; never a document's content. */
  readonly reason: string;
  /** The unique index and the fields that collide, where that is the reason. */
  readonly conflictingKey?: Readonly<Record<string, unknown>>;
  /** Names the rules of the model that refused it: under others it is tried again by itself. */
  readonly schema?: string;
  /** The document that holds the value, where that is the reason and it was still there. */
  readonly holder?: DocumentKey;
  /** The version at which that document holds it; a later one may have given it up. */
  readonly holderStamp?: Stamp | null;
}

/** The same refusal, with the document named that holds the value. */
export function namingHolder(refusal: Refusal, { key, stamp, fields }: Holder): Refusal {
  return { ...refusal, conflictingKey: fields, holder: key, holderStamp: stamp };
}

/** Tells a refusal from an ordinary answer. @public */
export function isRefusal(answer: unknown): answer is Refusal {
  return typeof answer === 'object' && answer !== null && (answer as Partial<Refusal>).refused === true;
}

import { SyncError, type SyncErrorCode } from '@bomba/sync-core';

/** A value of a request that is not as it should be. @public */
export interface InvalidValue {
  /** Where it stands: the name of a field or parameter, with an index where it is in a list. */
  readonly field: string;
  /** What is wrong with it. */
  readonly detail: string;
}

/** What a refusal carries beside its code. */
export interface RequestRefusalOptions {
  readonly errors?: readonly InvalidValue[];
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request that is refused before the engine is asked. */
export class RequestRefusal extends SyncError {
  /** Every value that is wrong. */
  readonly errors: readonly InvalidValue[];
  /** Headers the answer must have. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: Extract<SyncErrorCode, `SYNC_API_${string}`>,
    message: string,
    { errors = [], headers = {} }: RequestRefusalOptions = {},
  ) {
    super(code, message);
    this.errors = errors;
    this.headers = headers;
  }
}

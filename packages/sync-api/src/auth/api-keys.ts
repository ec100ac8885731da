import { type Request } from 'express';
import { digestOf, sameDigest } from '../system/key-digest.js';

/** The keys that open the API, as digests. Give the old and the new one while rotating. */
export class ApiKeys {
  readonly #digests: readonly Uint8Array[];

  constructor(keys: readonly string[]) {
    this.#digests = keys.map(digestOf);
  }

  /** False where no key is configured, so that none can be valid. */
  get configured(): boolean {
    return this.#digests.length > 0;
  }

  /** True where the request carries a valid key. Every key is compared, so the time tells nothing. */
  admit(request: Request): boolean {
    const presented = presentedKeys(request).map(digestOf);
    const matches = this.#digests.flatMap((own) => presented.map((other) => sameDigest(own, other)));
    return matches.includes(true);
  }
}

function presentedKeys(request: Request): readonly string[] {
  const [, bearer] = /^bearer +(\S+) *$/i.exec(request.get('authorization') ?? '') ?? [];
  return [bearer, request.get('x-api-key')].filter((key): key is string => key !== undefined && key !== '');
}

import { createHash, timingSafeEqual } from 'node:crypto';
import { type IncomingMessage } from 'node:http';

const digestOf = (key: string): Buffer => createHash('sha256').update(key).digest();

function presentedKey({ headers }: Pick<IncomingMessage, 'headers'>): string | undefined {
  const bearer = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
  const header = headers['x-api-key'];
  return bearer ?? (typeof header === 'string' ? header : undefined);
}

/**
 * Makes the check of `Authorization: Bearer …` or `x-api-key` against these keys. Only digests are kept and compared, in
 * constant time; without any key nothing is authorised.
 */
export function createKeyCheck(
  keys: readonly string[],
): (request: Pick<IncomingMessage, 'headers'>) => boolean {
  const digests = keys.map(digestOf);
  return (request) => {
    const key = presentedKey(request);
    if (key === undefined) return false;
    const digest = digestOf(key);
    return digests.filter((known) => timingSafeEqual(known, digest)).length > 0;
  };
}

/** Where a name ends, at its zero; -1: not before the limit. Names are short: a loop is quicker than a call of `indexOf`. */
export function endOfName(bytes: Buffer, from: number, limit: number): number {
  for (let at = from; at < limit; at++) if (bytes[at] === 0) return at;
  return -1;
}

import { isolateTexts, safeJson } from './safe-text.js';
import { type Style } from './table.js';

/** A document in lines, as JSON. What is not there, as of a deletion, is said so. */
export function documentLines(document: unknown, { isTerminal }: Style): readonly string[] {
  if (document === undefined || document === null) return ['', 'It has no document: it is a deletion.'];
  const json = safeJson(JSON.stringify(document, null, 2));
  return ['', ...(isTerminal ? isolateTexts(json) : json).split('\n')];
}

import { type Answer } from '../client/api-client.js';
import { isolateTexts, safeJson } from './safe-text.js';
import { type Style } from './table.js';

/** The document of a record by itself, as an answer. */
export function documentOf({ document = null }: { readonly document?: unknown }): Answer<unknown> {
  return { value: document, text: JSON.stringify(document) };
}

/** A document for a file that is corrected and sent back: nothing is added to it. */
export function wholeDocumentLines(document: unknown): readonly string[] {
  return safeJson(JSON.stringify(document, null, 2)).split('\n');
}

/** A document in lines for people, as JSON. What is not there, as of a deletion, is said so. */
export function documentLines(document: unknown, { isTerminal }: Style): readonly string[] {
  if (document === undefined || document === null) return ['', 'It has no document: it is a deletion.'];
  const json = safeJson(JSON.stringify(document, null, 2));
  return ['', ...(isTerminal ? isolateTexts(json) : json).split('\n')];
}

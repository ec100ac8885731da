import { type Side } from '../protocol/side.js';
import { type ConflictStrategy } from './conflict-strategy.js';

/** What a custom strategy came to. */
export interface StrategyOutcome<Document extends object> {
  readonly winner: Side | 'merged';
  readonly document: Document;
  /** The kind of its error, where it failed and Atlas' version stands for that reason; else null. */
  readonly failure: string | null;
}

/** Runs a custom strategy. Where it throws, or returns anything but a side or a document, Atlas' version stands. */
export function runStrategy<Document extends object>(
  strategy: Exclude<ConflictStrategy<Document>, 'last-write-wins'>,
  local: Document,
  atlas: Document,
): StrategyOutcome<Document> {
  try {
    const result: unknown = strategy(local, atlas);
    if (result === 'local') return { winner: 'local', document: local, failure: null };
    if (result === 'atlas') return { winner: 'atlas', document: atlas, failure: null };
    if (isDocument(result)) return { winner: 'merged', document: result as Document, failure: null };
    return { winner: 'atlas', document: atlas, failure: 'InvalidResult' };
  } catch (error) {
    // Not its message, which may quote the document.
    return { winner: 'atlas', document: atlas, failure: error instanceof Error ? error.name : typeof error };
  }
}

/** An untyped caller may return a promise, an array or nothing at all. */
function isDocument(result: unknown): result is object {
  if (typeof result !== 'object' || result === null || Array.isArray(result)) return false;
  return typeof (result as { readonly then?: unknown }).then !== 'function';
}

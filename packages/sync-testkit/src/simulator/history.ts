import { type Body } from '@bomba/sync-core';

/** A simulated write, by its number. */
export type WriteId = number;

/**
 * What a simulated document contains: every write that its state builds on. Its bytes are the sorted numbers, so two
 * states are equal exactly where they build on the same writes.
 */
export type History = ReadonlySet<WriteId>;

const cache = new WeakMap<Body, History>();

/** The body of a document with that history. */
export function toBody(history: History): Body {
  const body = new TextEncoder().encode([...history].sort((a, b) => a - b).join(','));
  cache.set(body, history);
  return body;
}

/** The history that a body stands for. */
export function toHistory(body: Body | undefined): History {
  if (!body) return new Set();
  const known = cache.get(body);
  if (known) return known;
  const text = new TextDecoder().decode(body);
  return new Set(text === '' ? [] : text.split(',').map(Number));
}

/** All writes of these. */
export function union(...histories: readonly (Iterable<WriteId> | undefined)[]): Set<WriteId> {
  return new Set(histories.flatMap((history) => [...(history ?? [])]));
}

/** A digest that differs wherever the bytes do. */
export function digestOf(body: Body): string {
  return `#${Buffer.from(body).toString('latin1')}`;
}

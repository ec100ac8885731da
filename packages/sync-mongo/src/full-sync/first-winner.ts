import { type Body, type FirstWinner, type Side } from '@bomba/sync-core';
import { elementsOf, valueOf } from '../bson/elements.js';

/** Whose state counts at a first start, where both have a document and it differs. */
export type FirstSync = Side | 'newest';

/** The choice by that option; `newest` goes by `updatedAt` where both have it, else Atlas counts. */
export function firstWinner(choice: FirstSync): FirstWinner {
  if (choice !== 'newest') return () => choice;
  return (_key, local, atlas) => {
    const [here, there] = [updatedAtMs(local), updatedAtMs(atlas)];
    return here !== null && there !== null && here > there ? 'local' : 'atlas';
  };
}

function updatedAtMs(body: Body): number | null {
  const element = elementsOf(body).find(({ name }) => name === 'updatedAt');
  const value = element && valueOf(body, element);
  return value instanceof Date ? value.getTime() : null;
}

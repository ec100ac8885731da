import { SyncError } from '@bomba/sync-core';
import { type Document } from 'mongoose';
import { emptySet, type ExclusionSet } from '../fields/exclusion-set.js';
import { skipExcluded } from './skip-excluded.js';

/** Timestamps tell when the application wrote: what is applied keeps those it came with. */
const saveOptions = { timestamps: false } as const;

type Hooks = (operation: string, options: object, args: readonly unknown[]) => Promise<unknown>;

/**
 * Validates as Mongoose does before it saves, with the hooks around validation; but for fields that do not travel, which may
 * be there or not. Throws as they do.
 */
export async function validate(document: Document, { paths }: ExclusionSet = emptySet): Promise<void> {
  if (paths.length === 0) return document.validate();
  await document.validate({ pathsToSkip: [...skipExcluded(document, paths)] });
}

/**
 * Runs the pre-save hooks of a document and its sub-documents, without saving. Mongoose has no public way to do that:
 * this is what its `save` does between validation and the write.
 */
export async function runPreSave(document: Document): Promise<void> {
  const hooks = preSaveHooksOf(document);
  if (!hooks) throw new SyncError('SYNC_BUG', 'This version of Mongoose runs hooks in another way.');
  for (const part of [document, ...subdocumentsOf(document)]) {
    Reflect.set(Reflect.get(part, '$__') as object, 'saveOptions', { ...saveOptions });
  }
  await Reflect.apply(hooks, document, ['save', saveOptions, [saveOptions]]);
}

/** Whether the hooks of this document can be run at all. */
export function canRunPreSave(document: Document): boolean {
  return preSaveHooksOf(document) !== null;
}

function preSaveHooksOf(document: Document): Hooks | null {
  const run: unknown = Reflect.get(document, '_execDocumentPreHooks');
  return typeof run === 'function' ? (run as Hooks) : null;
}

function subdocumentsOf(document: Document): readonly Document[] {
  const list: unknown = Reflect.get(document, '$getAllSubdocs');
  return typeof list === 'function' ? (Reflect.apply(list, document, []) as readonly Document[]) : [];
}

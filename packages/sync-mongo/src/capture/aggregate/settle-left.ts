import { type Db } from 'mongodb';
import { type WriteTargets } from '../write-targets.js';
import { Replacements } from './replacements.js';

/**
 * Settles replacements that began before this moment, where whoever began them is dead or does not know how they ended,
 * and forgets them.
 */
export async function settleLeft(
  db: Db,
  { targets, before }: { readonly targets: WriteTargets; readonly before: Date },
): Promise<void> {
  const replacements = new Replacements(db);
  for (const note of await replacements.begunBefore(before)) {
    if (!note.isSettled) await replacements.settle(targets.within(db, note.collection), note);
    await replacements.forget(note);
  }
}

/** The one sub-document that bomba-sync keeps inside an application's documents. */
export const SYNC_META = '_syncMeta';

/** The field with the id of the last write that is not known to be on Atlas. */
export const DIRTY = `${SYNC_META}.dirty`;

/** The Atlas version that the content builds on; capture reads it and never writes it. */
export const STAMP = `${SYNC_META}.stamp`;

/** The id of a write that waits in quarantine. */
export const HELD = `${SYNC_META}.held`;

/** True while a delete is under way. */
export const DELETING = `${SYNC_META}.deleting`;

/** Marks of earlier writes, which each new write takes away in its own operation. */
export const OUTDATED_BY_A_WRITE: readonly string[] = ['held', 'deleting', 'last', 'derived'].map(
  (field) => `${SYNC_META}.${field}`,
);

/** True for a path that is, or lies in, the metadata. */
export function isMetaPath(path: string): boolean {
  return path === SYNC_META || path.startsWith(`${SYNC_META}.`);
}

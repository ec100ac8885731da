/** The collections that bomba-sync keeps beside the application's. */
export const stateCollections = {
  /** Local: position, instance, drift, latest id, lease, sent versions, pauses, runs. */
  metadata: '_sync_metadata',
  /** Both sides: deletions. */
  tombstones: '_sync_tombstones',
  /** Both sides: states that lost a conflict. It travels like any synced collection, insert-only. */
  conflicts: '_sync_conflicts',
  /** Local: states that a server or a model refused. */
  quarantine: '_sync_quarantine',
  /** Atlas: the instances, and the markers that they write into the stream. */
  instances: '_sync_instances',
} as const;

const names: ReadonlySet<string> = new Set(Object.values(stateCollections));

/** True for a collection of bomba-sync itself. */
export function isStateCollection(name: string): boolean {
  return names.has(name);
}

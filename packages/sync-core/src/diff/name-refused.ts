import { type DifferenceKind } from '../control/full-sync-report.js';
import { ask, type Step } from '../operations/operation.js';
import { refusedPullId } from '../quarantine/quarantine-record.js';
import { type Confirmed } from './confirm-page.js';

/** What a state of Atlas that Local refuses makes of a key. */
const refusable: ReadonlySet<DifferenceKind> = new Set(['missing-on-local', 'differs', 'metadata-only']);

/** Names those differences `held` whose state on Atlas waits in quarantine, as Local refused that very version. */
export function* nameRefused(confirmed: readonly Confirmed[]): Step<readonly Confirmed[]> {
  const asked = confirmed.filter(({ kind, view }) => refusable.has(kind) && view.atlas !== null);
  if (asked.length === 0) return confirmed;
  const entries = asked.map(({ key }) => refusedPullId(key));
  const marks = yield* ask({ side: 'local', op: 'findQuarantined', entries });
  const refused = new Set(
    asked.filter(({ view }, i) => marks[i] && marks[i].stamp === view.atlas?.stamp).map(({ key }) => key),
  );
  return confirmed.map((found) => (refused.has(found.key) ? { ...found, kind: 'held' } : found));
}

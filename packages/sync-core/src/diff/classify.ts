import { type DifferenceKind, type DifferenceSample } from '../control/full-sync-report.js';
import { type Answer } from '../protocol/answer.js';
import { sameBody } from '../protocol/body.js';
import { type Side } from '../protocol/side.js';
import { isLater, latest } from '../protocol/stamp.js';
import { type Rules, type View } from '../protocol/state.js';

/** What a difference is, and which side has done what. */
export type Classified = Pick<DifferenceSample, 'kind' | 'newer' | 'editedOn'>;

/** What is known beside the view. */
export interface ClassifyFacts {
  readonly answer: Answer;
  readonly rules: Rules;
  /** Whether live sync pushes the key by itself now. */
  readonly mayPush: boolean;
}

/**
 * Names the difference between both sides of a key; null where there is none. What neither side has is the same: a deletion
 * on its way there is no document that somebody lacks.
 */
export function classify(view: View, facts: ClassifyFacts): Classified | null {
  const kind = kindOf(view, facts);
  return kind && { kind, newer: newerSide(view), editedOn: editedSides(view) };
}

function kindOf(view: View, { answer, rules, mayPush }: ClassifyFacts): DifferenceKind | null {
  const { local, atlas, localTombstone } = view;
  if (!local && !atlas) return null;
  const content = contentKind(view);
  if (answer.do === 'nothing' && (content === null || rules.oneWay))
    return local?.deleting ? 'in-flight' : null;
  if (local?.held) return 'held';
  const isPending = (localTombstone?.pending ?? null) !== null;
  if (local?.deleting || ((local?.dirty != null || isPending) && mayPush)) return 'in-flight';
  if (isPending && atlas) return 'deleted-but-present';
  return content ?? 'metadata-only';
}

function contentKind({ local, atlas, localTombstone, atlasTombstone }: View): DifferenceKind | null {
  if (local && atlas) {
    const isDead = atlasTombstone !== null && !isLater(atlas.stamp, atlasTombstone.stamp);
    return isDead ? 'deleted-but-present' : sameBody(local.body, atlas.body) ? null : 'differs';
  }
  if (local) return atlasTombstone ? 'deleted-but-present' : 'missing-on-atlas';
  if (!atlas) return null;
  const deletion = latest(localTombstone?.pending, localTombstone?.stamp, atlasTombstone?.stamp);
  return deletion && !isLater(atlas.stamp, deletion) ? 'deleted-but-present' : 'missing-on-local';
}

/** By the versions: what is written since counts as later than its base. */
function newerSide({ local, atlas }: View): Side | null {
  if (!local || !atlas) return null;
  const [here, there] = [latest(local.dirty, local.stamp), atlas.stamp];
  if (here === there) return null;
  return isLater(here, there) ? 'local' : 'atlas';
}

function editedSides({ local, atlas }: View): readonly Side[] {
  const here = local?.edited ? (['local'] as const) : [];
  return atlas?.edited === 'yes' ? [...here, 'atlas'] : here;
}

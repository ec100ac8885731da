import { type Stamp, stampTimeMs } from './stamp.js';

/**
 * What nobody saw being written has a version all the same, at a time from before every clock: so it loses to any write that
 * somebody saw. The first moment is that of {@link lowestStamp}.
 */
const UNSEEN_MS = 0;

/** The time of what was chosen where two unseen writes meet: later than either. */
export const CHOSEN_MS = UNSEEN_MS + 1;

/** What is built on such a version is lifted a little above it, without having been seen for that. */
const SEEN_FROM_MS = 1_000;

/** Whether that write was seen when it was made, so that its version tells its time. */
export function wasSeen(stamp: Stamp): boolean {
  return stampTimeMs(stamp) >= SEEN_FROM_MS;
}

/** Whether nobody saw that write, nor chose it since: its place among the others is a guess. */
export function isGuess(stamp: Stamp): boolean {
  return stampTimeMs(stamp) < CHOSEN_MS;
}

import { KeysUnderWay } from './keys-under-way.js';

/**
 * The keys of which this process' lanes are pushing a state now: from before it leaves until Local knows the outcome, or
 * the attempt has failed. What is found on Atlas meanwhile may have been written on top of that state, which neither side
 * tells any more, so nobody looks at such a key. No larger than what the lanes send at once.
 */
export class PushesUnderWay extends KeysUnderWay {
  /**
   * The keys that are in a turn now: from before they are looked at until nothing is left to do. What the turn has seen of
   * Atlas may be older than what the stream shows, and Local clean at that older version in a moment.
   */
  readonly turns = new KeysUnderWay();
}

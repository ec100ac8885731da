import { describe, expect, it } from '@jest/globals';
import { type SyncState } from '../../../src/control/sync-status.js';
import { isSyncError } from '../../../src/errors/sync-error.js';
import { canTransition, syncTransitions, transition } from '../../../src/lifecycle/state-machine.js';

const states = Object.keys(syncTransitions) as SyncState[];
const pairs = states.flatMap((from) => states.map((to) => ({ from, to })));

/** The table once more, as a picture: a row goes to a column where it has an x. */
const picture = `
           disabled stopped starting standby running degraded stopping
  disabled    .        .       .        .       .        .        .
  stopped     .        .       x        .       .        .        .
  starting    .        x       .        x       x        x        x
  standby     .        .       .        .       x        x        x
  running     .        .       .        x       .        x        x
  degraded    .        .       .        x       x        .        x
  stopping    .        x       .        .       .        .        .
`;

function readPicture(): Set<string> {
  const [columns = [], ...rows] = picture
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
  return new Set(
    rows.flatMap(([from, ...cells]) =>
      cells.flatMap((cell, i) => (cell === 'x' ? `${from}->${columns[i]}` : [])),
    ),
  );
}

describe('the life of the engine', () => {
  const drawn = readPicture();

  it.each(pairs)('goes from $from to $to exactly where the picture says', ({ from, to }) => {
    expect(canTransition(from, to)).toBe(drawn.has(`${from}->${to}`));
  });

  it.each(pairs.filter(({ from, to }) => canTransition(from, to)))(
    'moves from $from to $to',
    ({ from, to }) => {
      expect(transition(from, to)).toBe(to);
    },
  );

  it.each(pairs.filter(({ from, to }) => from !== to && !canTransition(from, to)))(
    'calls it a bug to go from $from to $to',
    ({ from, to }) => {
      let thrown: unknown;
      try {
        transition(from, to);
      } catch (error) {
        thrown = error;
      }
      expect(isSyncError(thrown, 'SYNC_BUG')).toBe(true);
    },
  );

  it.each(states)('can stay %s', (state) => {
    expect(transition(state, state)).toBe(state);
  });

  it('can be stopped from every state in which something runs', () => {
    const running = states.filter((state) => !['disabled', 'stopped', 'stopping'].includes(state));
    expect(running.every((state) => canTransition(state, 'stopping'))).toBe(true);
  });
});

import { describe, expect, it } from '@jest/globals';
import { silentLogger, SyncError, type SyncEvents } from '@bomba/sync-core';
import { StatusBoard } from '../../../src/control/status-board.js';
import { SyncEmitter } from '../../../src/events/sync-emitter.js';
import { ManualClock } from './manual-clock.js';

function open() {
  const clock = new ManualClock();
  const emitter = new SyncEmitter(silentLogger);
  const changes: SyncEvents['stateChanged'][] = [];
  emitter.on('stateChanged', (change) => changes.push(change));
  const sources = {
    ...{ collections: () => ['items'], paused: () => [], queueSize: () => 7, queueOverflowed: () => true },
  };
  return { board: new StatusBoard({ clock, emitter, sources }), clock, changes };
}

describe('the status board', () => {
  it('shows a sync that has not been started', () => {
    expect(open().board.snapshot()).toMatchObject({
      ...{ state: 'stopped', instanceId: null, leader: false, local: 'disconnected', atlas: 'disconnected' },
      ...{ pushOpen: false, pulledAtMs: null, driftMs: null, lastError: null },
      ...{ collections: ['items'], paused: [], queueSize: 7 },
    });
  });

  it('tells that the queue overflowed in the process that works it off, and in no other', () => {
    const { board } = open();
    expect(board.snapshot().queueOverflowed).toBe(false);
    board.set({ leader: true });
    expect(board.snapshot().queueOverflowed).toBe(true);
  });

  it('tells a change of state once', () => {
    const { board, changes } = open();
    board.set({ state: 'starting' });
    board.set({ state: 'starting', leader: true });
    board.set({ pushOpen: true });
    board.set({ state: 'running' });
    expect(changes).toEqual([
      { from: 'stopped', to: 'starting' },
      { from: 'starting', to: 'running' },
    ]);
    expect(board.snapshot()).toMatchObject({ state: 'running', leader: true, pushOpen: true });
  });

  it('counts each direction by itself, and notes when something was last applied', () => {
    const { board, clock } = open();
    board.count('local-to-atlas', 'appliedCount', 5);
    const appliedAtMs = clock.now();
    clock.advance(100);
    board.count('local-to-atlas', 'failedCount');
    board.count('atlas-to-local', 'conflictCount', 2);
    const { push, pull } = board.snapshot();
    expect(push).toMatchObject({
      appliedCount: 5,
      failedCount: 1,
      conflictCount: 0,
      lastAppliedAtMs: appliedAtMs,
    });
    expect(pull).toMatchObject({ appliedCount: 0, conflictCount: 2, lastAppliedAtMs: null });
  });

  it('shows the last error until all is well again', () => {
    const { board, clock } = open();
    board.failed(new SyncError('SYNC_CONN_UNREACHABLE', 'Atlas did not answer.'));
    expect(board.snapshot().lastError).toEqual({
      code: 'SYNC_CONN_UNREACHABLE',
      message: 'Atlas did not answer.',
      atMs: clock.now(),
    });
    board.recovered();
    expect(board.snapshot().lastError).toBeNull();
  });

  it('shows what waits for Atlas to be written, whatever becomes of connections', () => {
    const { board, clock } = open();
    const told = { code: 'SYNC_CONN_AUTH', message: 'items: Atlas refused.', atMs: clock.now() } as const;
    board.standing('local-to-atlas', told);
    board.failed(new SyncError('SYNC_CONN_UNREACHABLE', 'Atlas did not answer.'));
    expect(board.snapshot().lastError?.code).toBe('SYNC_CONN_UNREACHABLE');
    board.recovered();
    expect(board.snapshot().lastError).toEqual(told);
    board.standing('atlas-to-local', { ...told, code: 'SYNC_WRITE_UNCERTAIN' });
    board.standing('local-to-atlas', null);
    expect(board.snapshot().lastError?.code).toBe('SYNC_WRITE_UNCERTAIN');
    board.standing('atlas-to-local', null);
    expect(board.snapshot().lastError).toBeNull();
  });

  it('hands out snapshots that later changes do not reach', () => {
    const { board } = open();
    const before = board.snapshot();
    board.set({ state: 'running' });
    board.count('local-to-atlas', 'appliedCount');
    expect(before).toMatchObject({ state: 'stopped', push: { appliedCount: 0 } });
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { OriginTracker } from '../../../src/origin/origin-tracker.js';

const instanceId = '5b2f7a52-6f0e-4a66-9c3b-0d9f7b1f3a10';

function trackerAt(nowMs: number, limits: { readonly maxAgeMs?: number; readonly maxSize?: number } = {}) {
  const time = { nowMs };
  return { time, tracker: new OriginTracker({ instanceId, clock: { now: () => time.nowMs }, ...limits }) };
}

describe('OriginTracker', () => {
  it('knows nothing of a document that was not marked', () => {
    const { tracker } = trackerAt(0);
    expect(tracker.isLocalChange('a')).toBe(false);
    expect(tracker.isAtlasChange('a')).toBe(false);
    expect(tracker.shouldSkipSync('a', 'local')).toBe(false);
    expect(tracker.shouldSkipSync('a', 'atlas')).toBe(false);
  });

  it('skips what shows up on Atlas right after a local change: it is its echo', () => {
    const { tracker } = trackerAt(0);
    tracker.markLocalChange('a');
    expect(tracker.shouldSkipSync('a', 'atlas')).toBe(true);
    expect(tracker.shouldSkipSync('a', 'local')).toBe(false);
  });

  it('skips what shows up on Local right after a change from Atlas: it is its echo', () => {
    const { tracker } = trackerAt(0);
    tracker.markAtlasChange('a');
    expect(tracker.shouldSkipSync('a', 'local')).toBe(true);
    expect(tracker.shouldSkipSync('a', 'atlas')).toBe(false);
  });

  it('goes by the latest change of a document', () => {
    const { tracker } = trackerAt(0);
    tracker.markLocalChange('a');
    tracker.markAtlasChange('a');
    expect(tracker.isAtlasChange('a')).toBe(true);
    expect(tracker.isLocalChange('a')).toBe(false);
  });

  it('forgets after a minute by default', () => {
    const { time, tracker } = trackerAt(1_000);
    tracker.markLocalChange('a');
    time.nowMs = 60_999;
    expect(tracker.isLocalChange('a')).toBe(true);
    time.nowMs = 61_000;
    expect(tracker.isLocalChange('a')).toBe(false);
    expect(tracker.shouldSkipSync('a', 'atlas')).toBe(false);
  });

  it('takes a change for old when the clock was set back, for forgetting is always safe', () => {
    const { time, tracker } = trackerAt(1_000);
    tracker.markLocalChange('a');
    time.nowMs = 999;
    expect(tracker.isLocalChange('a')).toBe(false);
  });

  it('cleans up what is no longer recent and tells how many that were', () => {
    const { time, tracker } = trackerAt(0, { maxAgeMs: 10 });
    tracker.markLocalChange('a');
    tracker.markAtlasChange('b');
    time.nowMs = 5;
    tracker.markLocalChange('c');
    time.nowMs = 12;
    expect(tracker.cleanup()).toBe(2);
    expect([...tracker.recentChanges]).toEqual([['c', { origin: 'local', instanceId, atMs: 5 }]]);
    expect(tracker.cleanup()).toBe(0);
  });

  it('forgets the document marked longest ago when it is full', () => {
    const { tracker } = trackerAt(0, { maxSize: 2 });
    tracker.markLocalChange('a');
    tracker.markLocalChange('b');
    tracker.markLocalChange('a');
    tracker.markLocalChange('c');
    expect([...tracker.recentChanges.keys()]).toEqual(['a', 'c']);
  });

  it('remembers 10,000 documents by default', () => {
    const { tracker } = trackerAt(0);
    for (let i = 0; i < 10_050; i++) tracker.markLocalChange(`document-${i}`);
    expect(tracker.recentChanges.size).toBe(10_000);
    expect(tracker.isLocalChange('document-49')).toBe(false);
    expect(tracker.isLocalChange('document-50')).toBe(true);
  });

  it('**Feature: bidirectional-sync, Property 6: Origin tracking accuracy**', () => {
    const anyMark = fc.record({
      documentId: fc.constantFrom('a', 'b', 'c', 'd'),
      origin: fc.constantFrom('local' as const, 'atlas' as const),
      afterMs: fc.nat(30),
    });
    fc.assert(
      fc.property(fc.array(anyMark, { maxLength: 20 }), fc.nat(60), (marks, waitMs) => {
        const { time, tracker } = trackerAt(0, { maxAgeMs: 50 });
        const latest = new Map<string, { origin: string; atMs: number }>();
        for (const { documentId, origin, afterMs } of marks) {
          time.nowMs += afterMs;
          if (origin === 'local') tracker.markLocalChange(documentId);
          else tracker.markAtlasChange(documentId);
          latest.set(documentId, { origin, atMs: time.nowMs });
          expect(tracker.recentChanges.get(documentId)).toEqual({ origin, instanceId, atMs: time.nowMs });
        }
        time.nowMs += waitMs;
        for (const documentId of ['a', 'b', 'c', 'd']) {
          const known = latest.get(documentId);
          const origin = known && time.nowMs - known.atMs < 50 ? known.origin : null;
          expect(tracker.isLocalChange(documentId)).toBe(origin === 'local');
          expect(tracker.isAtlasChange(documentId)).toBe(origin === 'atlas');
          expect(tracker.shouldSkipSync(documentId, 'local')).toBe(origin === 'atlas');
          expect(tracker.shouldSkipSync(documentId, 'atlas')).toBe(origin === 'local');
        }
      }),
    );
  });
});

import { describe, expect, it } from '@jest/globals';
import { modelEntry } from '../../../src/apply-logic/model-entry.js';
import { type AtlasDocument, type LocalDocument } from '../../../src/protocol/state.js';
import { clean, dirty, onAtlas, ourBytes, sharedBytes, v } from '../protocol/views.js';
import { keyOf } from '../queue/operations.js';

const key = keyOf(0);
const byInstance = { version: 3, conflictCount: 0, instanceId: 'another-branch' };
const byHand = { ...byInstance, instanceId: null };
const untouched = { ...byHand, version: 0 };

function local(found: { readonly local?: LocalDocument | null }): LocalDocument | null {
  return found.local ?? null;
}

function entry(
  mode: 'foreign' | 'always' | 'never',
  atlas: Partial<AtlasDocument>,
  onLocal: LocalDocument | null,
): ReturnType<typeof modelEntry> {
  const found = onAtlas(v(5), atlas).atlas;
  if (!found) throw new Error('there is a state on Atlas');
  return modelEntry({ key, atlas: found, local: onLocal }, mode);
}

const previous = (...args: Parameters<typeof entry>): unknown => entry(...args)?.previous;

const atBase = local(clean(v(3), { ...ourBytes, info: byInstance }));

describe('which logic a state from Atlas runs', () => {
  it.each([
    ['never', byHand, null],
    ['never', byInstance, null],
    ['foreign', byHand, 'run'],
    ['foreign', byInstance, 'check'],
    ['always', byHand, 'run'],
    ['always', byInstance, 'run'],
  ] as const)('in mode %s, of %o: %s', (mode, info, logic) => {
    expect(entry(mode, { info }, null)?.logic ?? null).toBe(logic);
  });

  it('never runs the output of logic again', () => {
    expect(entry('always', { info: byInstance, output: true }, atBase)?.logic).toBe('check');
  });

  it('runs it where a foreign hand edited such an output', () => {
    expect(entry('foreign', { info: byHand, output: true }, atBase)?.logic).toBe('run');
  });

  it('says that the logic will meet its own output where every branch runs it', () => {
    expect(entry('always', { info: byHand }, null)?.isRepeated).toBe(true);
    expect(entry('foreign', { info: byHand }, null)?.isRepeated).toBe(false);
  });
});

describe('what a foreign hand has edited', () => {
  it("is Local's content, where Local holds the very version", () => {
    expect(previous('foreign', { info: byHand, base: v(3) }, atBase)).toBe(ourBytes.body);
  });

  it("is Local's content, where that is only what logic made of it", () => {
    const derived = local(dirty(v(4), v(3), { derived: true }));
    expect(previous('foreign', { info: byHand, base: v(3) }, derived)).toBe(ourBytes.body);
  });

  it.each<[string, LocalDocument | null]>([
    ['holds another version', local(clean(v(2), { info: byInstance }))],
    ['was written since', local(dirty(v(4), v(3)))],
    ['was written past capture', local(clean(v(3), { edited: true }))],
    ['has no document', null],
  ])('is unknown where Local %s', (_why, onLocal) => {
    expect(previous('foreign', { info: byHand, base: v(3) }, onLocal)).toBe('unknown');
  });

  it('is unknown where no version says it', () => {
    expect(previous('foreign', { info: byHand }, atBase)).toBe('unknown');
  });

  it('is nothing, where it was seen coming, no instance has ever written the document, and Local has none', () => {
    const stamp = v(5, 1_700_000_000_000);
    expect(previous('foreign', { stamp, info: untouched }, null)).toBe('none');
    expect(previous('foreign', { stamp, info: untouched, base: v(3) }, null)).toBe('none');
  });

  it('is unknown where a comparison has found it: it may be from before there was any sync', () => {
    expect(previous('foreign', { stamp: v(5, 0), info: untouched }, null)).toBe('unknown');
    expect(previous('foreign', { stamp: v(5, 1), info: untouched }, null)).toBe('unknown');
  });

  it("is Local's content, where no instance has ever written the document", () => {
    const earlier = local(clean(v(1), { info: untouched }));
    expect(previous('foreign', { info: untouched, base: v(3) }, earlier)).toBe(sharedBytes.body);
    expect(previous('foreign', { info: untouched, base: v(4) }, atBase)).toBe('unknown');
  });
});

describe('what another branch has changed', () => {
  it("is Local's content where it is clean, nothing where there is none", () => {
    expect(previous('always', { info: byInstance }, atBase)).toBe(ourBytes.body);
    expect(previous('always', { info: byInstance }, null)).toBe('none');
    expect(previous('always', { info: byInstance }, local(dirty(v(4), v(3))))).toBe('unknown');
  });
});

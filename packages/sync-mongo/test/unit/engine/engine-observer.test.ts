import { describe, expect, it } from '@jest/globals';
import { createDocumentKey, type QuarantineEntry, silentLogger } from '@bomba/sync-core';
import { stampAt } from '@bomba/sync-testkit';
import { StepObserver } from '../../../src/engine/engine-observer.js';
import { type EngineParts } from '../../../src/engine/engine-parts.js';
import { ToldRefusals } from '../../../src/engine/told-refusals.js';

const entry: QuarantineEntry = {
  key: createDocumentKey('items', 'num:1'),
  direction: 'local-to-atlas',
  stamp: stampAt(1),
  refusal: { refused: true, code: 'SYNC_WRITE_REFUSED', reason: 'No.' },
  body: new Uint8Array(),
  waits: 'in-place',
};

/** An observer, with how loud each of its lines was and how often something was counted. */
function observe(limit?: number) {
  const lines: string[] = [];
  let count = 0;
  const logger = { ...silentLogger, warn: () => lines.push('warn'), debug: () => lines.push('debug') };
  const parts = {
    options: { logger, metrics: { count: () => count++ } },
    board: { count: () => undefined },
    emitter: { emit: () => undefined },
    toldRefusals: new ToldRefusals(limit === undefined ? {} : { limit }),
  } as unknown as EngineParts;
  // Each connection has observers of its own.
  return {
    quarantined: (of: QuarantineEntry) => new StepObserver(parts).quarantined(of),
    lines,
    counted: () => count,
  };
}

describe('a state that is refused', () => {
  it('is a warning once, however often it is tried again, and is counted each time', () => {
    const { quarantined, lines, counted } = observe();
    for (let attempt = 0; attempt < 3; attempt++) quarantined(entry);
    expect(lines).toEqual(['warn', 'debug', 'debug']);
    expect(counted()).toBe(3);
  });

  it('is one again where it is another state, of another document, or refused for another reason', () => {
    const { quarantined, lines } = observe();
    quarantined(entry);
    quarantined({ ...entry, stamp: stampAt(2) });
    quarantined({ ...entry, key: createDocumentKey('items', 'num:2') });
    quarantined({ ...entry, refusal: { ...entry.refusal, code: 'SYNC_WRITE_VALIDATION' } });
    expect(lines).toEqual(['warn', 'warn', 'warn', 'warn']);
  });

  it('may be one again after many others: what is remembered is bounded', () => {
    const { quarantined, lines } = observe(2);
    for (const ms of [1, 2, 3, 1]) quarantined({ ...entry, stamp: stampAt(ms) });
    expect(lines).toEqual(['warn', 'warn', 'warn', 'warn']);
  });
});

import { describe, expect, it } from '@jest/globals';
import { excludedFields } from '../../../src/fields/excluded-fields.js';
import { markerId, pipelineHash, watchPipeline } from '../../../src/stream/watch-pipeline.js';

const scope = { collections: ['orders', 'items'], instanceId: 'instance-a' };

describe('the pipeline of the stream', () => {
  it('does not depend on the order in which collections were found', () => {
    const turned = { ...scope, collections: ['items', 'orders'] };
    expect(watchPipeline(turned)).toEqual(watchPipeline(scope));
    expect(pipelineHash(turned)).toBe(pipelineHash(scope));
  });

  it('is another one for other collections, and for another instance: their positions are not portable', () => {
    const hashes = [
      scope,
      { ...scope, collections: ['items'] },
      { ...scope, instanceId: 'instance-b' },
      { collections: [], instanceId: 'instance-a' },
    ].map(pipelineHash);
    expect(new Set(hashes).size).toBe(4);
    for (const hash of hashes) expect(hash).toMatch(/^[0-9a-f]{32}$/);
  });

  it('makes no position of use where other fields are excluded: what was compared was something else', () => {
    const excluding = (chosen: Readonly<Record<string, readonly string[]>>): string => {
      const fields = Object.entries(chosen).map(([name, exclude]) => [name, { exclude }] as const);
      return pipelineHash({ ...scope, excluded: excludedFields(Object.fromEntries(fields)) });
    };
    const hashes = [{}, { items: ['a'] }, { orders: ['a'] }, { items: ['b'] }, { pushed: ['a'] }].map(
      excluding,
    );
    expect(new Set(hashes).size).toBe(5);
    expect(hashes[0]).toBe(pipelineHash(scope));
    expect(excluding({ items: [] })).toBe(pipelineHash(scope));
    expect(excluding({ items: ['b', 'a'], orders: ['a'] })).toBe(
      excluding({ orders: ['a'], items: ['a', 'b'] }),
    );
  });

  it('watches deletions beside the collections, and of markers only those of this instance', () => {
    const text = JSON.stringify(watchPipeline(scope));
    for (const name of ['items', 'orders', '_sync_tombstones', '_sync_instances', markerId('instance-a')])
      expect(text).toContain(`"${name}"`);
    expect(text).not.toContain('_sync_metadata');
  });
});

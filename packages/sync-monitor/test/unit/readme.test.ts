import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { defaultThresholds, metricTable } from '../../src/index.js';
import { calmStatus, FakeSyncControl } from '../fakes/fake-sync-control.js';
import { watch } from './readme-example.js';

const read = (path: string) => readFileSync(join(__dirname, path), 'utf8');
const readme = read('../../README.md');

describe('the README', () => {
  it('shows the example that is run here', () => {
    const [, shown] = /```ts\n(.*?)```/s.exec(readme) ?? [];
    expect(shown).toBe(read('readme-example.ts'));
    const sync = new FakeSyncControl();
    sync.current = { ...calmStatus, queueSize: 500 };
    expect(watch(sync).checkHealth().status).toBe('degraded');
  });

  it('lists every metric and every threshold', () => {
    for (const { name, kind } of Object.values(metricTable))
      expect(readme).toMatch(new RegExp(`\\| \`${name}\` +\\| ${kind}`));
    for (const name of Object.keys(defaultThresholds)) expect(readme).toContain(`\`${name}\``);
  });
});

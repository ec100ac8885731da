import { describe, expect, it } from '@jest/globals';
import { type HealthCheck } from '@bomba/sync-core';
import { HealthLog } from '../../../src/health/health-log.js';
import { RecordingLogger } from '../../fakes/recording-logger.js';

const report = (check: HealthCheck) => ({ status: check.status, ready: true, checks: [check], atMs: 0 });
const bad = report({ name: 'queue-size', status: 'degraded', message: '1000 keys.', remedy: 'Wait.' });
const good = report({ name: 'queue-size', status: 'healthy', message: '0 keys.' });

describe('HealthLog', () => {
  it('warns once when a check turns bad and says when it is well again', () => {
    const logger = new RecordingLogger();
    const log = new HealthLog(logger);
    for (const look of [good, bad, bad, bad, good, good]) log.note(look);
    expect(logger.lines).toEqual([
      {
        level: 'warn',
        message: '1000 keys.',
        fields: { check: 'queue-size', status: 'degraded', remedy: 'Wait.' },
      },
      { level: 'info', message: '0 keys.', fields: { check: 'queue-size', status: 'healthy' } },
    ]);
  });
});

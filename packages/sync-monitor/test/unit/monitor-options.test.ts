import { describe, expect, it } from '@jest/globals';
import { SyncMonitor } from '../../src/index.js';

describe('options of the monitor', () => {
  it('are all optional', () => {
    expect(new SyncMonitor().report().health.status).toBe('healthy');
  });

  it('are refused with every problem at once', () => {
    const build = () =>
      new SyncMonitor({
        maxSeriesCount: 0,
        maxMetricCount: 1.5,
        thresholds: { driftWarningMs: -1, lagWarningMs: 10, lagCriticalMs: 5 },
      });
    expect(build).toThrow(
      expect.objectContaining({
        code: 'SYNC_CONFIG_INVALID',
        message:
          "The monitor's options are wrong: maxSeriesCount must be a whole number above 0, got 0; " +
          'maxMetricCount must be a whole number above 0, got 1.5; ' +
          'thresholds.driftWarningMs must be a number at or above 0, got -1; ' +
          'thresholds.lagWarningMs must not be above thresholds.lagCriticalMs.',
      }),
    );
  });
});

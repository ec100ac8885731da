import { describe, expect, it } from '@jest/globals';
import { toPrometheusText } from '../../../src/exporters/prometheus-text.js';
import { EngineMetrics } from '../../../src/metrics/engine-metrics.js';
import { parsePrometheus } from '../../fakes/parse-prometheus.js';

const engineMetrics = () => new EngineMetrics({ maxMetricCount: 10, maxSeriesCount: 10 });

describe('EngineMetrics', () => {
  it('puts every name into a name space of its own', () => {
    const metrics = engineMetrics();
    metrics.count('bomba_sync_applied');
    expect(metrics.families()[0]?.definition.name).toBe('bomba_sync_engine_applied');
  });

  it('adds 1 where no value is given', () => {
    const metrics = engineMetrics();
    metrics.count('looks');
    metrics.count('looks', 4);
    expect(metrics.families()[0]?.series[0]?.value).toBe(5);
  });

  it('makes names and labels fit for Prometheus, with one suffix for the unit and one for the kind', () => {
    const metrics = engineMetrics();
    metrics.count('push.batches_total', 1, { '1st-label': 'a"b\\c\nd' });
    metrics.gauge('oldest_ms', 1_500);
    metrics.observe('look_ms', 3, { le: 'not a bound' });
    const [batches, oldest, look] = parsePrometheus(toPrometheusText(metrics.families()));
    expect(batches?.samples).toEqual([
      { name: 'bomba_sync_engine_push_batches_total', labels: { label_1st_label: 'a"b\\c\nd' }, value: 1 },
    ]);
    expect(oldest?.samples).toEqual([{ name: 'bomba_sync_engine_oldest_seconds', labels: {}, value: 1.5 }]);
    expect(look?.samples.at(-1)).toEqual({
      name: 'bomba_sync_engine_look_seconds_count',
      labels: { le_: 'not a bound' },
      value: 1,
    });
  });

  it('counts what it cannot take instead of throwing', () => {
    const metrics = engineMetrics();
    metrics.count('a', NaN);
    metrics.gauge('b', Infinity);
    metrics.observe('c', NaN);
    metrics.count('a', 1);
    metrics.gauge('a', 1);
    expect(metrics.droppedCount).toBe(4);
  });
});

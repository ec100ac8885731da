import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { toPrometheusText } from '../../../src/exporters/prometheus-text.js';
import { Histogram } from '../../../src/metrics/histogram.js';
import { type MetricFamily } from '../../../src/metrics/metric-registry.js';
import { parsePrometheus } from '../../fakes/parse-prometheus.js';

const family = (
  definition: Partial<MetricFamily['definition']>,
  series: MetricFamily['series'],
): MetricFamily => ({
  definition: { name: 'bomba_x', kind: 'counter', unit: 'count', help: 'Help.', ...definition },
  series,
});

describe('toPrometheusText', () => {
  it('writes HELP, TYPE and one line per series', () => {
    const text = toPrometheusText([
      family({}, [
        { labels: { direction: 'local-to-atlas' }, value: 3 },
        { labels: {}, value: 0.5 },
      ]),
    ]);
    expect(text).toBe(
      '# HELP bomba_x_total Help.\n# TYPE bomba_x_total counter\nbomba_x_total{direction="local-to-atlas"} 3\nbomba_x_total 0.5\n',
    );
  });

  it('escapes backslash, quote and line feed in labels, and the first and last in help', () => {
    const text = toPrometheusText([
      family({ help: 'a "b"\\c\nd' }, [{ labels: { l: 'a "b"\\c\nd' }, value: 1 }]),
    ]);
    expect(text.split('\n')).toEqual([
      '# HELP bomba_x_total a "b"\\\\c\\nd',
      '# TYPE bomba_x_total counter',
      'bomba_x_total{l="a \\"b\\"\\\\c\\nd"} 1',
      '',
    ]);
  });

  it('gives durations in seconds', () => {
    const text = toPrometheusText([family({ kind: 'gauge', unit: 'ms' }, [{ labels: {}, value: 1_500 }])]);
    expect(text).toContain('\nbomba_x_seconds 1.5\n');
  });

  it('leaves out a metric without series', () => {
    expect(toPrometheusText([family({}, [])])).toBe('');
  });

  it('writes cumulative buckets that end in +Inf, with sum and count', () => {
    const value = new Histogram();
    for (const ms of [0.5, 3, 3, 2 ** 40]) value.record(ms);
    const [metric] = parsePrometheus(
      toPrometheusText([family({ kind: 'histogram', unit: 'ms' }, [{ labels: { direction: 'd' }, value }])]),
    );
    const at = (le: string) => metric?.samples.find(({ labels }) => labels.le === le)?.value;
    expect([at('0.001'), at('0.002'), at('0.004'), at('+Inf')]).toEqual([1, 1, 3, 4]);
    expect(metric?.samples.slice(-2)).toEqual([
      { name: 'bomba_x_seconds_sum', labels: { direction: 'd' }, value: (0.5 + 6 + 2 ** 40) / 1_000 },
      { name: 'bomba_x_seconds_count', labels: { direction: 'd' }, value: 4 },
    ]);
  });

  it('is read back as it was, whatever stands in labels and help', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', '"', '\\', '\n', 'n', '{', '}', ',', '=', ' ', 'ب'),
    });
    fc.assert(
      fc.property(text, text, fc.double({ noNaN: true, noDefaultInfinity: true }), (help, label, value) => {
        const [metric] = parsePrometheus(
          toPrometheusText([family({ kind: 'gauge', help }, [{ labels: { label, other: label }, value }])]),
        );
        expect(metric).toEqual({
          name: 'bomba_x',
          help,
          type: 'gauge',
          samples: [{ name: 'bomba_x', labels: { label, other: label }, value: value + 0 }],
        });
      }),
    );
  });
});

import { describe, expect, it } from '@jest/globals';
import { type MetricDefinition } from '../../../src/metrics/metric-definition.js';
import { MetricRegistry } from '../../../src/metrics/metric-registry.js';

const counter: MetricDefinition = { name: 'c', kind: 'counter', unit: 'count', help: 'A counter.' };
const registry = () => new MetricRegistry({ maxMetricCount: 2, maxSeriesCount: 3 });
const seriesOf = (from: MetricRegistry) => from.families()[0]?.series ?? [];

describe('MetricRegistry', () => {
  it('adds to one series whatever the order of its labels', () => {
    const metrics = registry();
    metrics.add(counter, 1, { a: '1', b: '2' });
    metrics.add(counter, 2, { b: '2', a: '1' });
    expect(seriesOf(metrics)).toEqual([{ labels: { a: '1', b: '2' }, value: 3 }]);
  });

  it('keeps labels apart that only look alike when joined', () => {
    const metrics = registry();
    metrics.add(counter, 1, { a: '1","b":"2' });
    metrics.add(counter, 1, { a: '1', b: '2' });
    expect(seriesOf(metrics)).toHaveLength(2);
  });

  it('counts all series above the limit as one, and loses no count', () => {
    const metrics = registry();
    for (let index = 0; index < 100; index++) metrics.add(counter, 1, { collection: `c${index}` });
    expect(seriesOf(metrics)).toHaveLength(4);
    expect(seriesOf(metrics).at(-1)).toEqual({ labels: { overflow: 'true' }, value: 97 });
  });

  it('goes on counting known series when the limit is reached', () => {
    const metrics = registry();
    for (let index = 0; index < 10; index++) metrics.add(counter, 1, { collection: `c${index % 4}` });
    expect(seriesOf(metrics)[0]?.value).toBe(3);
  });

  it('refuses one metric too many', () => {
    const metrics = registry();
    const taken = ['a', 'b', 'c'].map((name) => metrics.add({ ...counter, name }, 1));
    expect(taken).toEqual([true, true, false]);
  });

  it('refuses a metric that is of another kind already', () => {
    const metrics = registry();
    metrics.add(counter, 1);
    expect(metrics.set({ ...counter, kind: 'gauge' }, 5)).toBe(false);
    expect(metrics.record({ ...counter, kind: 'histogram' }, 5)).toBe(false);
    expect(seriesOf(metrics)).toEqual([{ labels: {}, value: 1 }]);
  });

  it.each([NaN, Infinity, -1])('refuses to add %p to a counter', (value) => {
    const metrics = registry();
    expect(metrics.add(counter, value)).toBe(false);
    expect(metrics.families()).toEqual([]);
  });

  it('sets a gauge to any finite number', () => {
    const metrics = registry();
    const gauge: MetricDefinition = { ...counter, kind: 'gauge' };
    expect(metrics.set(gauge, -7)).toBe(true);
    expect(metrics.set(gauge, NaN)).toBe(false);
    expect(seriesOf(metrics)).toEqual([{ labels: {}, value: -7 }]);
  });

  it('does not hold on to the labels object of the caller', () => {
    const metrics = registry();
    const labels = { collection: 'bills' };
    metrics.add(counter, 1, labels);
    labels.collection = 'tables';
    expect(seriesOf(metrics)[0]?.labels).toEqual({ collection: 'bills' });
  });
});

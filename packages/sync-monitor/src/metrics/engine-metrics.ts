import { type MetricLabels, type Metrics } from '@bomba/sync-core';
import { type MetricDefinition, type MetricKind } from './metric-definition.js';
import { type MetricFamily, MetricRegistry, type MetricRegistryOptions } from './metric-registry.js';

const PREFIX = 'bomba_sync_engine_';

/**
 * Takes what the engine measures by itself, in a name space and with a bound of its own, so that it can neither be
 * added to what the monitor counts from events nor crowd it out. Never throws; what cannot be taken is counted.
 */
export class EngineMetrics implements Metrics {
  readonly #registry: MetricRegistry;
  #droppedCount = 0;

  constructor(options: MetricRegistryOptions) {
    this.#registry = new MetricRegistry(options);
  }

  /** Measurements that could not be taken. */
  get droppedCount(): number {
    return this.#droppedCount;
  }

  count(name: string, value = 1, labels: MetricLabels = {}): void {
    this.#note(this.#registry.add(define(name, 'counter'), value, plain(labels)));
  }

  gauge(name: string, value: number, labels: MetricLabels = {}): void {
    this.#note(this.#registry.set(define(name, 'gauge'), value, plain(labels)));
  }

  observe(name: string, valueMs: number, labels: MetricLabels = {}): void {
    this.#note(this.#registry.record(define(name, 'histogram'), valueMs, plain(labels)));
  }

  /** All measurements taken. */
  families(): readonly MetricFamily[] {
    return this.#registry.families();
  }

  #note(taken: boolean): void {
    if (!taken) this.#droppedCount += 1;
  }
}

/** Names lose their prefix and the suffix of their unit or kind: both are added again. */
function define(name: string, kind: MetricKind): MetricDefinition {
  const unit = kind === 'histogram' || name.endsWith('_ms') ? 'ms' : 'count';
  const words = plainWord(name.replace(/^bomba_sync_/, '').replace(/_(ms|total)$/, ''));
  return { name: PREFIX + words, kind, unit, help: `Measured by the engine as ${name}.` };
}

/** `le` names the bounds of histogram buckets, so no label may be called so. */
function plain(labels: MetricLabels): MetricLabels {
  return Object.fromEntries(
    Object.entries(labels).map(([name, value]) => [name === 'le' ? 'le_' : plainLabelName(name), value]),
  );
}

function plainLabelName(name: string): string {
  return /^[a-zA-Z]/.test(name) ? plainWord(name) : `label_${plainWord(name)}`;
}

function plainWord(text: string): string {
  return text.replace(/[^a-zA-Z0-9]/g, '_');
}

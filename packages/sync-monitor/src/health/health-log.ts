import { type HealthReport, type HealthStatus, type Logger } from '@bomba/sync-core';

/** Says once when a check turns bad or well again, however often health is looked at. */
export class HealthLog {
  readonly #logger: Logger;
  readonly #lastStatus = new Map<string, HealthStatus>();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** Logs the checks whose status is not what it was. */
  note({ checks }: HealthReport): void {
    for (const { name, status, message, remedy } of checks) {
      const last = this.#lastStatus.get(name) ?? 'healthy';
      this.#lastStatus.set(name, status);
      if (status === last) continue;
      if (status === 'healthy') this.#logger.info(message, { check: name, status });
      else this.#logger.warn(message, { check: name, status, remedy });
    }
  }
}

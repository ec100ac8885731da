import { cpus, loadavg, totalmem } from 'node:os';

/** What the figures were measured on: without it they say nothing. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly node: string;
  /** Load of the last minute before the run; above 0.5 or so others were at work too. */
  readonly loadBefore: number;
}

/** Describes this machine, without its name. */
export function describeMachine(): Machine {
  const [cpu] = cpus();
  const [loadBefore = 0] = loadavg();
  return {
    cpu: cpu?.model ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: `${process.version} ${process.platform} ${process.arch}`,
    loadBefore: Math.round(loadBefore * 100) / 100,
  };
}

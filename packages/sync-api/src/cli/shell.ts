import { type Clock, type ProgressTerminal } from '@bomba/sync-core';

/** What the command line has of the process that it runs in. */
export interface Shell {
  /** What was typed behind the name of the program. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Answers go here, and nothing else. */
  readonly stdout: ProgressTerminal;
  /** Progress, questions and refusals go here. */
  readonly stderr: ProgressTerminal;
  /** True where a person can be asked. */
  readonly canAsk: boolean;
  readonly clock: Pick<Clock, 'monotonic' | 'sleep'>;
  /** Rejects where there is no such file, or it may not be read. */
  readFile(path: string): Promise<string>;
  /** What the person typed; empty where nothing was. */
  ask(question: string): Promise<string>;
  /** Calls back at Ctrl-C and SIGTERM, which then end nothing by themselves, until the function it returns is called. */
  onInterrupt(listener: () => void): () => void;
}

import { execFile } from 'node:child_process';

/** How a program that was run to its end has ended. */
export interface ProgramResult {
  /** Whether it could be started and ended with status 0. */
  readonly ok: boolean;
  /** What it printed on standard output. */
  readonly output: string;
  /** What it, or the system, said about a failure: standard error. */
  readonly complaint: string;
}

/** Runs a program to its end; a failure is a result. */
export function runProgram(
  command: string,
  args: readonly string[],
  { timeoutMs = 300_000 }: { readonly timeoutMs?: number } = {},
): Promise<ProgramResult> {
  const options = { timeout: timeoutMs, windowsHide: true, maxBuffer: 1 << 24 };
  return new Promise((resolve) => {
    execFile(command, args, options, (error, output, errors) => {
      resolve({ ok: error === null, output, complaint: errors.trim() || (error?.message.trim() ?? '') });
    });
  });
}

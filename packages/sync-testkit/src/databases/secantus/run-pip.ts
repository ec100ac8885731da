import { runProgram } from '../process/run-program.js';
import { type Python } from './find-python.js';

/** Runs pip and throws what it complains about. */
export async function runPip(python: Python, args: readonly string[]): Promise<void> {
  const { ok, complaint } = await runProgram(python.command, [
    '-m',
    'pip',
    '--disable-pip-version-check',
    '--quiet',
    ...args,
  ]);
  if (!ok) throw new Error(`pip: ${/^ERROR: (.*)/m.exec(complaint)?.[1] ?? complaint.slice(-300)}`);
}

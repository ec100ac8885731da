import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline/promises';
import { type Shell } from '../cli/shell.js';
import { systemClock } from './system-clock.js';

/** The process that the command line runs in. */
export const nodeShell: Shell = {
  args: process.argv.slice(2),
  env: process.env,
  stdout: process.stdout,
  stderr: process.stderr,
  canAsk: process.stdin.isTTY,
  clock: systemClock,
  readFile: (path) => readFile(path, 'utf8'),
  ask: async (question) => {
    const terminal = createInterface({ input: process.stdin, output: process.stderr });
    // Ctrl-C and Ctrl-D close it; whether that rejects the question or leaves it open for ever depends on the version of Node.
    const closed = once(terminal, 'close').then(() => null);
    const answer = await Promise.race([terminal.question(question), closed]).catch(() => null);
    terminal.close();
    if (answer === null) process.stderr.write('\n');
    return answer ?? '';
  },
  onInterrupt: (listener) => {
    const signals = ['SIGINT', 'SIGTERM'] as const;
    for (const signal of signals) process.on(signal, listener);
    return () => {
      for (const signal of signals) process.off(signal, listener);
    };
  },
};

// Whoever reads what is printed may stop reading (`| head`): that is no failure.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

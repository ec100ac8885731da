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
  ask: (question) =>
    new Promise((resolve) => {
      const terminal = createInterface({ input: process.stdin, output: process.stderr });
      // Ctrl-C and Ctrl-D close it without an answer.
      terminal.once('close', () => resolve(''));
      void terminal.question(question).then((answer) => {
        resolve(answer);
        terminal.close();
      });
    }),
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

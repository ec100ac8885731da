import { nodeShell } from '../system/node-shell.js';
import { runCli } from './run-cli.js';

/** Runs the command line in this process; resolves with its exit code. */
export function main(version: string): Promise<number> {
  return runCli(nodeShell, version);
}

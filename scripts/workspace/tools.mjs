import { delimiter, join } from 'node:path';
import { root } from './root.mjs';
import { runCommand } from './run-command.mjs';

// turbo runs each package's script through pnpm and looks for it on PATH.
const env = {
  PATH: `${join(root, 'node_modules', '.bin')}${delimiter}${process.env.PATH}`,
  TURBO_TELEMETRY_DISABLED: '1',
  TURBO_NO_UPDATE_NOTIFIER: '1',
  DO_NOT_TRACK: '1',
};

const runNode = (path, args, options) =>
  runCommand(process.execPath, [join(root, path), ...args], { ...options, env: { ...env, ...options?.env } });
const tool = (path) => (args, options) => runNode(`node_modules/${path}`, args, options);

/** Runs turbo, installed in this repository, with `args`; resolves with its exit code. */
export const turbo = tool('turbo/bin/turbo');

/** Runs prettier, installed in this repository, with `args`; resolves with its exit code. */
export const prettier = tool('prettier/bin/prettier.cjs');

/** Runs a script of this repository, named by its path from the root, with `args`; resolves with its exit code. */
export const nodeScript = (path, args = []) => runNode(path, args);

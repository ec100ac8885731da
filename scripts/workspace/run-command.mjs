import { spawn } from 'node:child_process';
import { root } from './root.mjs';

const windows = process.platform === 'win32';
const exitCodeOf = { SIGINT: 130, SIGTERM: 143 };
const KILL_AFTER_MS = 10_000;

// Everywhere but on Windows a program leads a process group of its own, so that its children hear the signal, too.
function signalAll(child, signal) {
  try {
    process.kill(windows ? child.pid : -child.pid, signal);
  } catch {
    // It has ended already.
  }
}

/**
 * Runs a program from the root of the repository without input and resolves with its exit code. SIGINT and SIGTERM
 * are passed on to it, and end this process once it has stopped. `output` is where what it prints goes: 'inherit'
 * (default) or 'stderr', which keeps stdout for the product. `onOutput` hears what it prints to stdout. After
 * `timeoutMs` it is stopped, which gives code 1.
 */
export function runCommand(command, args, { env = {}, output = 'inherit', onOutput, timeoutMs } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ['ignore', onOutput ? 'pipe' : output === 'stderr' ? 2 : 'inherit', 'inherit'],
      detached: !windows,
      shell: windows && command === 'npx',
    });
    child.stdout?.setEncoding('utf8').on('data', (text) => {
      process.stdout.write(text);
      onOutput(text);
    });
    const timers = [];
    const stopAfter = (delayMs, signal) => timers.push(setTimeout(() => signalAll(child, signal), delayMs));
    if (timeoutMs !== undefined) {
      stopAfter(timeoutMs, 'SIGTERM');
      stopAfter(timeoutMs + KILL_AFTER_MS, 'SIGKILL');
    }
    let interruptedBy;
    const forward = (signal) => {
      interruptedBy = signal;
      signalAll(child, signal);
      stopAfter(KILL_AFTER_MS, 'SIGKILL');
    };
    const settle = (code) => {
      process.off('SIGINT', forward).off('SIGTERM', forward);
      timers.forEach(clearTimeout);
      if (interruptedBy) process.exit(exitCodeOf[interruptedBy]);
      resolve(code);
    };
    process.on('SIGINT', forward).on('SIGTERM', forward);
    child.on('error', (error) => {
      console.error(`${command} could not be started: ${error.message}`);
      settle(127);
    });
    child.on('close', (code) => settle(code ?? 1));
  });
}

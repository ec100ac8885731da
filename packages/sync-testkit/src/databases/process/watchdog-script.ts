/**
 * The program of the watchdog, as text for `node -e`: it reads `kill PID`, `spare PID` and `remove DIRECTORY` from its
 * input. When the input ends, its parent is gone, however it died: it ends the servers (asking first, then by force)
 * and removes the directories.
 */
export const WATCHDOG_SCRIPT = `
const { rmSync } = require('node:fs');
const pids = new Set();
const directories = new Set();
const orders = {
  kill: (pid) => pids.add(Number(pid)),
  spare: (pid) => pids.delete(Number(pid)),
  remove: (directory) => directories.add(directory),
};
let rest = '';
process.stdin.setEncoding('utf8');
process.stdin.on('data', (text) => {
  const lines = (rest + text).split('\\n');
  rest = lines.pop();
  for (const line of lines) orders[line.slice(0, line.indexOf(' '))](line.slice(line.indexOf(' ') + 1));
});
process.stdin.on('error', () => {});
process.stdin.on('close', () => {
  const send = (signal) => {
    for (const pid of pids) try { process.kill(pid, signal); } catch { pids.delete(pid); }
  };
  const forceAt = Date.now() + 3000;
  const giveUpAt = Date.now() + 10000;
  const look = () => {
    send(Date.now() < forceAt ? 0 : 'SIGKILL');
    if (pids.size > 0 && Date.now() < giveUpAt) return setTimeout(look, 20);
    for (const directory of directories) rmSync(directory, { recursive: true, force: true, maxRetries: 20 });
  };
  send('SIGTERM');
  look();
});
`;

import { describe, expect, it } from '@jest/globals';
import { LiveLine } from '../../../src/progress/live-line.js';

function terminalOf(isTTY: boolean): {
  readonly isTTY: boolean;
  readonly written: string[];
  write(text: string): void;
} {
  const written: string[] = [];
  return { isTTY, written, write: (text) => void written.push(text) };
}

describe('LiveLine', () => {
  it('rewrites its line on a terminal', () => {
    const terminal = terminalOf(true);
    const line = new LiveLine(terminal, () => 0);
    line.show('1');
    line.show('2');
    line.end('3');
    expect(terminal.written).toEqual(['\r\x1b[2K1', '\r\x1b[2K2', '\r\x1b[2K3\n']);
  });

  it('writes at most one line a second elsewhere, and always the last', () => {
    const terminal = terminalOf(false);
    let nowMs = 0;
    const line = new LiveLine(terminal, () => nowMs);
    line.show('1');
    nowMs = 999;
    line.show('2');
    nowMs = 1000;
    line.show('3');
    line.end('4');
    expect(terminal.written).toEqual(['1\n', '3\n', '4\n']);
  });
});

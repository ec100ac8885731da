import { describe, expect, it } from '@jest/globals';
import { tellEverything, tellInOneLine } from '../../../src/databases/chain-reporter.js';

describe('the reporters of the chain', () => {
  it('tell each thing as it happens to whoever asked', () => {
    const lines: string[] = [];
    const reporter = tellEverything((line) => lines.push(line));
    reporter.notUsed('mongod: none');
    reporter.busy('secantus: fetching');
    reporter.using('secantus: fast');
    expect(lines).toEqual([
      'databases: not used, mongod: none',
      'databases: secantus: fetching',
      'databases: using secantus: fast',
    ]);
  });

  it('tell in one line which were not used and why, where nobody asked', () => {
    const lines: string[] = [];
    const reporter = tellInOneLine((line) => lines.push(line));
    reporter.notUsed('environment: not set');
    reporter.notUsed('mongod: none');
    reporter.using('secantus: fast');
    expect(lines).toEqual(['databases: using secantus: fast (not used: environment: not set; mongod: none)']);
  });
});

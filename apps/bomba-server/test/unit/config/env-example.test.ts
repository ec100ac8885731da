import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { environmentVariables } from '../../../src/config/environment-variables.js';
import { readConfig } from '../../../src/config/read-config.js';

const lines = readFileSync(join(__dirname, '../../../.env.example'), 'utf8').split('\n');
const example = Object.fromEntries(
  lines
    .filter((line) => /^[A-Z_]+=/.test(line))
    .map((line) => [line.split('=')[0] ?? '', line.slice(line.indexOf('=') + 1)]),
);

describe('.env.example', () => {
  it('names every variable of the server and no other', () => {
    expect(Object.keys(example).sort()).toEqual(Object.keys(environmentVariables).sort());
  });

  it('shows the defaults', () => {
    expect(readConfig(example)).toEqual(readConfig({}));
  });
});

describe('README.md', () => {
  it('names every variable', () => {
    const readme = readFileSync(join(__dirname, '../../../README.md'), 'utf8');
    expect(Object.keys(environmentVariables).filter((name) => !readme.includes(`\`${name}\``))).toEqual([]);
  });
});

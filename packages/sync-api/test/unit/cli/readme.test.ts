import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { type Command } from 'commander';
import { createProgram } from '../../../src/cli/create-program.js';
import { exitCodes } from '../../../src/cli/exit-code.js';
import { FakeShell } from '../../fakes/fake-shell.js';

const readme = readFileSync(join(__dirname, '../../../README.md'), 'utf8');
const [, section = ''] = /^## Command line\n(.*?)^## /ms.exec(readme) ?? [];
const program = createProgram({ shell: new FakeShell(), version: '1', end: () => undefined });

const wordsOf = ({ commands }: Command): readonly string[] =>
  commands.flatMap((command) =>
    command.commands.length === 0
      ? [command.name()]
      : [`${command.name()} ${command.commands.map((one) => one.name()).join(', ')}`],
  );

describe('the README', () => {
  it('names each command, in the order of the help', () => {
    const named = [...section.matchAll(/^\| `([^|]+)` +\|/gm)].map(([, words = '']) =>
      words.trim().replaceAll('`', ''),
    );
    expect(named).toEqual(wordsOf(program));
  });

  it('names each exit code, as the help does', () => {
    const codes = Object.values(exitCodes);
    expect([...section.matchAll(/^\| (\d+) /gm)].map(([, code]) => Number(code))).toEqual(codes);
    let help = '';
    program.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
    expect([...help.matchAll(/^ {2}(\d+) {2}\S/gm)].map(([, code]) => Number(code))).toEqual(codes);
  });

  it('shows commands that there are', () => {
    const shown = [...section.matchAll(/^pnpm exec bomba-sync (.*?)(?: ID)?(?: +#.*)?$/gm)].map(
      ([, typed = '']) => typed.split(' '),
    );
    expect(shown.length).toBeGreaterThan(0);
    for (const typed of shown) {
      let command: Command | undefined = program;
      for (const word of typed) {
        if (word.startsWith('--')) expect(command?.options.map(({ long }) => long)).toContain(word);
        else command = command?.commands.find((one) => one.name() === word);
      }
      expect(command?.commands).toEqual([]);
    }
  });
});

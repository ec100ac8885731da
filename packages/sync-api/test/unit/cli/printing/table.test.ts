import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { documentLines } from '../../../../src/cli/printing/print-document.js';
import { fromWord, toWord } from '../../../../src/cli/printing/record-id.js';
import { safeJson, safeText } from '../../../../src/cli/printing/safe-text.js';
import { fields, table } from '../../../../src/cli/printing/table.js';

const plain = { isTerminal: false };
const terminal = { isTerminal: true };
const anyText = fc.string({ unit: 'binary' });

describe('a table', () => {
  it('is aligned by what is seen of its cells, and ends no line with blanks', () => {
    const rows = [
      ['كَرْكَدِيه', 'a', ''],
      ['茶', 'long cell', 'x'],
    ];
    expect(table(['NAME', 'B', 'C'], rows, plain)).toEqual([
      'NAME    B          C',
      'كَرْكَدِيه  a',
      '茶      long cell  x',
    ]);
  });

  it('isolates text from right to left on a terminal, and leaves alone what may be copied', () => {
    expect(table(['A', 'B'], [['شاي', 'q1']], terminal)).toEqual(['A    B', '\u2068شاي\u2069  q1']);
    expect(fields([['a', 'شاي']], plain)).toEqual(['a  شاي']);
  });

  it('leaves out what is not known', () => {
    expect(
      fields(
        [
          ['a', null],
          ['bb', 0],
          ['c', false],
        ],
        plain,
      ),
    ).toEqual(['bb  0', 'c   false']);
  });
});

describe('text of foreign origin', () => {
  it('cannot steer a terminal, end a line, or turn its direction', () => {
    expect(safeText('\u001b]0;x\u0007\r\n\u009b2J\u202e\u2066\u2028\u007f')).toBe(
      '\\u001b]0;x\\u0007\\u000d\\u000a\\u009b2J\\u202e\\u2066\\u2028\\u007f',
    );
    expect(safeText('ZWNJ \u200c, كَرْكَدِيه, 👩‍🍳')).toBe('ZWNJ \u200c, كَرْكَدِيه, 👩‍🍳');
    fc.assert(
      fc.property(anyText, anyText, (a, b) => {
        const lines = [...table(['A', 'B'], [[a, b]], plain), ...documentLines({ [a]: b }, plain)];
        expect(lines.join('')).not.toMatch(/[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
      }),
    );
  });

  it('is the same JSON when it is made safe', () => {
    fc.assert(
      fc.property(fc.dictionary(anyText, fc.oneof(anyText, fc.jsonValue())), (value) => {
        for (const json of [JSON.stringify(value), JSON.stringify(value, null, 2)])
          expect(JSON.parse(safeJson(json))).toEqual(JSON.parse(json));
      }),
    );
  });
});

describe('a document', () => {
  it('is JSON, its texts isolated on a terminal', () => {
    expect(documentLines({ name: 'شاي "1"', n: 1 }, terminal)).toEqual([
      ...['', '{', '  "name": \u2068"شاي \\"1\\""\u2069,', '  "n": 1', '}'],
    ]);
  });

  it('is said not to be there where it was deleted', () => {
    expect(documentLines(undefined, plain).join('')).toContain('a deletion');
  });
});

describe('the id of a record', () => {
  it('is one plain word, and the same id again when it comes back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const id = `local-to-atlas bills/str:${text}`;
        expect(toWord(id)).toMatch(/^[\x21-\x7e]+$/);
        expect(toWord(id)).not.toMatch(/["'`$&|;<>()*?[\]{}\\!#~= ]/);
        expect(fromWord(toWord(id))).toBe(id);
        expect(fromWord(id)).toBe(id);
      }),
    );
  });

  it('is refused where it is a word of no list', () => {
    expect(() => fromWord('100%')).toThrow(expect.objectContaining({ exitCode: 2 }));
  });
});

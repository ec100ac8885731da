import { displayWidth } from './display-width.js';
import { isolate, safeText } from './safe-text.js';

/** How text is printed. */
export interface Style {
  /** True where people read it on a terminal: text from right to left is isolated. */
  readonly isTerminal: boolean;
}

/** Rows in aligned columns below their names. Cells may hold anything. */
export function table(
  names: readonly string[],
  rows: readonly (readonly string[])[],
  style: Style,
): readonly string[] {
  return align([names, ...rows], style);
}

/** Names and values, one pair a line; null: left out. */
export function fields(
  pairs: readonly (readonly [name: string, value: string | number | boolean | null])[],
  style: Style,
): readonly string[] {
  const rows = pairs.flatMap(([name, value]) => (value === null ? [] : [[name, String(value)]]));
  return align(rows, style);
}

function align(rows: readonly (readonly string[])[], { isTerminal }: Style): readonly string[] {
  const cells = rows.map((row) => row.map(safeText));
  const widths = (cells[0] ?? []).map((_, column) =>
    cells.reduce((widest, row) => Math.max(widest, displayWidth(row[column] ?? '')), 0),
  );
  return cells.map((row) =>
    row
      .map((cell, column) => {
        const gap = column === row.length - 1 ? 0 : (widths[column] ?? 0) - displayWidth(cell);
        return (isTerminal ? isolate(cell) : cell) + ' '.repeat(gap);
      })
      .join('  ')
      .trimEnd(),
  );
}

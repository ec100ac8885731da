import { isMet, type Ratio, type Row } from './row.js';

/** The rows as a Markdown table; a ratio beyond its goal is followed by the goal. */
export function printTable(rows: readonly Row[]): string {
  const times = namesIn(rows, ({ times }) => times);
  const ratios = namesIn(rows, ({ ratios }) => ratios);
  const cells = [
    ['', ...times.map((name) => `${name} (µs)`), ...ratios],
    ...rows.map((row) => [
      row.name,
      ...times.map((name) => timeOf(row.times[name])),
      ...ratios.map((name) => ratioOf(row.ratios[name])),
    ]),
  ];
  const widths =
    cells[0]?.map((_, column) => Math.max(...cells.map((line) => line[column]?.length ?? 0))) ?? [];
  const lines = cells.map((line) => `| ${line.map((cell, i) => pad(cell, i, widths)).join(' | ')} |`);
  const rule = `| ${widths.map((width, i) => (i === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  return [lines[0], rule, ...lines.slice(1)].join('\n');
}

function namesIn(rows: readonly Row[], pick: (row: Row) => object): readonly string[] {
  return [...new Set(rows.flatMap((row) => Object.keys(pick(row))))];
}

function timeOf(micros: number | undefined): string {
  if (micros === undefined) return '';
  return micros < 10 ? micros.toFixed(1) : micros.toFixed(0);
}

function ratioOf(ratio: Ratio | undefined): string {
  if (!ratio) return '';
  const text = ratio.value.toFixed(2);
  return isMet(ratio) ? text : `${text} (goal ${ratio.goal?.toFixed(2) ?? ''})`;
}

function pad(cell: string, column: number, widths: readonly number[]): string {
  const width = widths[column] ?? 0;
  return column === 0 ? cell.padEnd(width) : cell.padStart(width);
}

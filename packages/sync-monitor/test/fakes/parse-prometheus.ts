/** One line of values. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** One metric of an exposition. */
export interface Exposed {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly samples: readonly Sample[];
}

const headerPattern = /^# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.*)$/;
const samplePattern = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/;
const labelPattern = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(,|$)/;

/**
 * Reads the text format 0.0.4 as its specification has it, stricter than most readers: HELP, then TYPE, then all lines
 * of a metric, each name once, each series once, the end of the last line present. Throws where it is broken.
 */
export function parsePrometheus(text: string): readonly Exposed[] {
  if (text !== '' && !text.endsWith('\n')) throw new Error('the last line must end with a line feed');
  const metrics: { name: string; help: string; type: string; samples: Sample[] }[] = [];
  const seen = new Set<string>();
  for (const line of text.split('\n').slice(0, -1)) {
    const [, keyword, name = '', rest = ''] = headerPattern.exec(line) ?? [];
    const current = metrics.at(-1);
    if (keyword === 'HELP') {
      if (metrics.some((metric) => metric.name === name)) throw new Error(`${name} comes twice`);
      metrics.push({ name, help: unescape(rest), type: '', samples: [] });
    } else if (keyword === 'TYPE') {
      if (current?.name !== name || current.samples.length > 0)
        throw new Error(`TYPE of ${name} is misplaced`);
      current.type = rest;
    } else {
      const sample = parseSample(line);
      if (!current || !belongs(sample.name, current)) throw new Error(`stray line: ${line}`);
      const series = seriesOf(sample);
      if (seen.has(series)) throw new Error(`twice: ${line}`);
      seen.add(series);
      current.samples.push(sample);
    }
  }
  return metrics;
}

function parseSample(line: string): Sample {
  const [, name, labels = '', value = ''] = samplePattern.exec(line) ?? [];
  if (name === undefined) throw new Error(`not a sample: ${line}`);
  return { name, labels: parseLabels(labels), value: value === '+Inf' ? Infinity : Number(value) };
}

function parseLabels(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  for (let rest = text; rest !== '';) {
    const [all, name, value] = labelPattern.exec(rest) ?? [];
    if (all === undefined || name === undefined || value === undefined)
      throw new Error(`broken label: ${rest}`);
    if (Object.hasOwn(labels, name)) throw new Error(`label ${name} comes twice`);
    labels[name] = unescape(value);
    rest = rest.slice(all.length);
  }
  return labels;
}

function unescape(text: string): string {
  return text.replace(/\\(.)/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped));
}

function belongs(sampleName: string, { name, type }: { name: string; type: string }): boolean {
  const suffixes = type === 'histogram' ? ['_bucket', '_sum', '_count'] : [''];
  return suffixes.some((suffix) => sampleName === name + suffix);
}

function seriesOf({ name, labels }: Sample): string {
  return JSON.stringify([name, Object.entries(labels).sort()]);
}

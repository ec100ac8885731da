const secretive = /password|passwd|secret|token|api-?key|authorization|cookie|uri$/i;

/** Fields are short words and numbers: anything else, and what is named like a secret, is not shown. */
function showField(name: string, value: unknown): string | number | boolean | null | undefined {
  if (secretive.test(name)) return '***';
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  return value === null || value === undefined ? value : '[object]';
}

function showFields(fields: unknown): readonly (readonly [string, unknown])[] {
  if (typeof fields !== 'object' || fields === null) return [];
  return Object.entries(fields)
    .map(([name, value]) => [name, showField(name, value)] as const)
    .filter(([, value]) => value !== undefined);
}

/** One log line: `2025-01-31T12:00:00.000Z info  message  name=value`, or the same as JSON. Never contains a line break. */
export function formatLine(
  info: { readonly level: string; readonly message: unknown; readonly [name: string]: unknown },
  format: 'text' | 'json',
): string {
  const { timestamp, level } = info;
  const message = String(info.message);
  const fields = showFields(info['fields']);
  if (format === 'json')
    return JSON.stringify({ time: timestamp, level, message, ...Object.fromEntries(fields) });
  const tail = fields.map(([name, value]) => `  ${name}=${JSON.stringify(value)}`).join('');
  return `${String(timestamp)} ${level.padEnd(5)} ${message.replace(/\s*[\r\n]+\s*/g, ' | ')}${tail}`;
}

/** One event of a server, by its name; `data` as it was sent. */
export interface ServerEvent {
  readonly name: string;
  readonly data: string;
}

const LINE_END = /\r\n|\n|\r(?!$)/;

/** The events of a stream (WHATWG HTML, Server-sent events) as they come; one that is broken off is left out. */
export async function* readEvents(body: AsyncIterable<Uint8Array>): AsyncGenerator<ServerEvent> {
  const decoder = new TextDecoder();
  let rest = '';
  let fields: (readonly [name: string, value: string])[] = [];
  for await (const chunk of body) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split(LINE_END);
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line !== '') fields.push(fieldOf(line));
      else {
        const event = eventOf(fields);
        fields = [];
        if (event) yield event;
      }
    }
  }
}

/** A comment has an empty name. */
function fieldOf(line: string): readonly [name: string, value: string] {
  const [, name = line, value = ''] = /^([^:]*): ?(.*)$/s.exec(line) ?? [];
  return [name, value];
}

function eventOf(fields: readonly (readonly [name: string, value: string])[]): ServerEvent | null {
  const valuesOf = (wanted: string): readonly string[] =>
    fields.filter(([name]) => name === wanted).map(([, value]) => value);
  const data = valuesOf('data');
  return data.length === 0 ? null : { name: valuesOf('event').at(-1) ?? 'message', data: data.join('\n') };
}

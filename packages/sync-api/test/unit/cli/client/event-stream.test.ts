import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readEvents, type ServerEvent } from '../../../../src/cli/client/event-stream.js';

const stream =
  ':\n\nevent: progress\ndata: {"name":"قهوة"}\n\n: quiet\n\r\ndata: a\r\ndata:  b\r\rnothing\n\n' +
  'event: ended\nid: last\ndata: {}\n\nevent: broken off\ndata: 1\n';
const events: readonly ServerEvent[] = [
  { name: 'progress', data: '{"name":"قهوة"}' },
  { name: 'message', data: 'a\n b' },
  { name: 'ended', data: '{}' },
];

async function* inPieces(cuts: readonly number[]): AsyncGenerator<Uint8Array> {
  const bytes = new TextEncoder().encode(stream);
  const places = [0, ...cuts.map((cut) => cut % bytes.length).sort((a, b) => a - b), bytes.length];
  for (const [index, place] of places.entries()) yield bytes.subarray(place, places[index + 1] ?? place);
}

it('reads the events of a stream, wherever it is cut into pieces', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(), { maxLength: 60 }), async (cuts) => {
      const read: ServerEvent[] = [];
      for await (const event of readEvents(inPieces(cuts))) read.push(event);
      expect(read).toEqual(events);
    }),
  );
});

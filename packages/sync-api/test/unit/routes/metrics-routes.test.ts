import { afterEach, describe, expect, it } from '@jest/globals';
import { serveEach } from '../../fakes/api-server.js';

const serve = serveEach(afterEach);

/** A source that needs its `this`, as a monitor does. */
class Source {
  readonly #queueSize = 4;

  report() {
    return { queueSize: this.#queueSize };
  }

  prometheus() {
    return `queue_size ${this.#queueSize}\n`;
  }
}

const prometheus2 =
  'application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2';
const prometheus3 =
  'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2';

describe('metrics routes', () => {
  it.each(['*/*', 'application/json', 'application/json, text/plain, */*', 'text/html'])(
    'answer in JSON to Accept: %s',
    async (accept) => {
      const answer = await serve({ metrics: new Source() }).send('/metrics', { headers: { accept } });
      expect([answer.status, answer.json]).toEqual([200, { queueSize: 4 }]);
    },
  );

  it.each(['text/plain', 'text/plain; version=0.0.4', prometheus2, prometheus3])(
    "answer in Prometheus' format to Accept: %s",
    async (accept) => {
      const answer = await serve({ metrics: new Source() }).send('/metrics', { headers: { accept } });
      expect([answer.status, answer.text]).toEqual([200, 'queue_size 4\n']);
      expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    },
  );

  it("answer in Prometheus' format at a path of its own, whatever is accepted", async () => {
    const answer = await serve({ metrics: new Source() }).send('/metrics/prometheus');
    expect([answer.status, answer.text]).toEqual([200, 'queue_size 4\n']);
  });

  it('tell the counts of the engine where no monitor is given', async () => {
    const server = serve();
    const { push, pull } = server.sync.state;
    const answer = await server.send('/metrics', { headers: { accept: 'text/plain' } });
    expect(answer.json).toEqual({ state: 'running', queueSize: 2, localToAtlas: push, atlasToLocal: pull });
    expect((await server.send('/metrics/prometheus')).status).toBe(404);
  });
});

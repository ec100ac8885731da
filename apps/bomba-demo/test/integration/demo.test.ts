import { type ChildProcess, spawn } from 'node:child_process';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '@bomba/sync-testkit';
import { type ReadyDemo } from '../../src/ready-demo.js';

const START_TIMEOUT_MS = 180_000;

/** A port that is free together with its successor, as the demo wants two; null: the successor is taken. */
async function pairOfPorts(): Promise<number | null> {
  const [first, second] = [createServer(), createServer()];
  try {
    const port = await listen(first, 0);
    return port === null || (await listen(second, port + 1)) === null ? null : port;
  } finally {
    await Promise.all([first, second].map((server) => new Promise((resolve) => server.close(resolve))));
  }
}

/** Null where that port is taken, or is none. */
function listen(server: Server, port: number): Promise<number | null> {
  if (port > 65_535) return Promise.resolve(null);
  return new Promise((resolve) => {
    server.once('error', () => resolve(null));
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

interface RunningDemo {
  readonly child: ChildProcess;
  readonly output: { stdout: string; stderr: string };
  readonly exited: Promise<number | null>;
}

function startDemo(port: number): RunningDemo {
  const main = join(process.cwd(), 'dist', 'main.js');
  const child = spawn(process.execPath, [main], { env: { ...process.env, PORT: String(port) } });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()));
  return { child, output, exited: new Promise((resolve) => child.once('exit', (code) => resolve(code))) };
}

/** Throws what the demo has said where it ends, or is not ready in time. */
async function readyLine({ child, output }: RunningDemo): Promise<ReadyDemo> {
  const line = (): string | undefined => /^bomba ready (\{.*\})$/m.exec(output.stdout)?.[1];
  const isOver = (): boolean => child.exitCode !== null || child.signalCode !== null;
  const waiting = { what: 'the demo to be ready', timeoutMs: START_TIMEOUT_MS };
  await waitFor(() => line() ?? isOver(), waiting).catch(() => undefined);
  const ready = line();
  if (ready !== undefined) return JSON.parse(ready) as ReadyDemo;
  const how = isOver() ? 'has ended' : 'is not ready';
  throw new Error(`The demo ${how}. It said:\n${output.stdout}${output.stderr}`);
}

describe('npm start', () => {
  let demo: RunningDemo;
  let ready: ReadyDemo;

  beforeAll(async () => {
    const port = await waitFor(pairOfPorts, { what: 'two free ports, one behind the other' });
    demo = startDemo(port);
    ready = await readyLine(demo);
  }, START_TIMEOUT_MS + 10_000);

  afterAll(async () => {
    demo.child.kill('SIGKILL');
    await demo.exited;
  });

  async function list(branch: number, path: string): Promise<readonly Record<string, unknown>[]> {
    const response = await fetch(`${ready.branches[branch]?.url ?? ''}${path}`);
    const body = (await response.json()) as { items?: Record<string, unknown>[] } | Record<string, unknown>[];
    return Array.isArray(body) ? body : (body.items ?? []);
  }

  async function create(branch: number, body: Record<string, unknown>): Promise<void> {
    const response = await fetch(`${ready.branches[branch]?.url ?? ''}/api/products`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect(response.status).toBe(201);
  }

  it('has the public records and the Arabic menu on the branch that nobody wrote them to', async () => {
    expect(await list(1, '/api/movies?limit=5')).toHaveLength(5);
    expect((await list(1, `/api/products?q=${encodeURIComponent('قهوة')}`))[0]).toMatchObject({
      name: 'قهوة تركي',
    });
  });

  it.each([
    [0, 1],
    [1, 0],
  ])('brings a product created at branch %s to branch %s within a second', async (from, to) => {
    const name = `كركديه ${from}`;
    await create(from, { name, price: 2500 });
    const found = await waitFor(
      async () => (await list(to, `/api/products?q=${encodeURIComponent(name)}`))[0],
      {
        what: 'the product at the other branch',
        timeoutMs: 1_000,
      },
    );
    expect(found).toMatchObject({ name, price: 2500 });
  });

  it('opens the sync routes with the key only', async () => {
    const health = `${ready.branches[0]?.url ?? ''}/api/sync/health`;
    expect((await fetch(health)).status).toBe(401);
    const answer = await fetch(health, { headers: { 'x-api-key': ready.apiKey } });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ status: 'healthy', ready: true });
  });

  it('says in one sentence which port is taken', async () => {
    const port = Number(new URL(ready.branches[0]?.url ?? '').port);
    const second = startDemo(port);
    expect(await second.exited).toBe(1);
    expect(second.output.stderr).toMatch(new RegExp(`^bomba demo: Port ${port} is taken: .*\n$`));
  });

  it('ends in good order, within 10 seconds, when it is told to', async () => {
    const startedAtMs = performance.now();
    demo.child.kill('SIGINT');
    expect(await demo.exited).toBe(0);
    expect(performance.now() - startedAtMs).toBeLessThan(10_000);
  });
});

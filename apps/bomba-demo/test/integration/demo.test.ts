import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '@bomba/sync-testkit';
import { type ReadyDemo } from '../../src/ready-demo.js';

const START_TIMEOUT_MS = 180_000;

/** A port whose successor is free as well. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return typeof address === 'object' && address !== null ? Math.min(address.port, 65_000) : 0;
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

async function readyLine({ output }: RunningDemo): Promise<ReadyDemo> {
  const line = await waitFor(() => /^bomba ready (\{.*\})$/m.exec(output.stdout)?.[1], {
    what: 'the ready line of the demo',
    timeoutMs: START_TIMEOUT_MS,
  });
  return JSON.parse(line) as ReadyDemo;
}

describe('npm start', () => {
  let demo: RunningDemo;
  let ready: ReadyDemo;

  beforeAll(async () => {
    demo = startDemo(await freePort());
    ready = await readyLine(demo);
  }, START_TIMEOUT_MS);

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

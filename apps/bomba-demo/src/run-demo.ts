import { randomBytes } from 'node:crypto';
import { type Databases, startDatabases } from '@bomba/sync-testkit';
import { BranchServer } from './branches/branch-server.js';
import { claimPorts } from './branches/claim-ports.js';
import { DemoError } from './demo-error.js';
import { describeDemo } from './describe-demo.js';
import { loadEverything } from './load-everything.js';
import { type Terminal } from './progress/live-line.js';
import { readPublicRecords } from './records/public-records.js';

/** What the demo needs of its process. */
export interface DemoHost {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: { write(text: string): unknown };
  readonly stderr: Terminal;
  on(event: string, listener: () => void): unknown;
  exit(code: number): unknown;
}

/** Where things are. */
export interface DemoPlaces {
  /** The main file of bomba-server. */
  readonly serverMain: string;
  /** The folder with the public records. */
  readonly recordsDirectory: string;
}

const BRANCHES = ['a', 'b'];
const SIGNALS = ['SIGINT', 'SIGTERM'];

/**
 * Runs two branches and one Atlas on this machine, loads real records into one branch, and serves until Ctrl-C. When
 * the records are on all three sides it prints `bomba ready {…}`, one line, on standard output.
 */
export async function runDemo(host: DemoHost, places: DemoPlaces): Promise<void> {
  const started: { stop(): Promise<void> }[] = [];
  const stopAll = async (): Promise<void> => {
    for (const part of started.splice(0).reverse()) await part.stop();
  };
  const interrupted = new Promise<'interrupted'>((resolve) => {
    for (const signal of SIGNALS) host.on(signal, () => resolve('interrupted'));
  });
  try {
    await Promise.race([serve(host, places, started), interrupted]);
    host.stderr.write('\nStopping …\n');
    await stopAll();
    host.exit(0);
  } catch (error) {
    await stopAll();
    host.stderr.write(`bomba demo: ${explain(error)}\n`);
    host.exit(1);
  }
}

/** Starts everything in order, and then serves; ends only by an error. */
async function serve(
  host: DemoHost,
  places: DemoPlaces,
  started: { stop(): Promise<void> }[],
): Promise<never> {
  const ports = await claimPorts(BRANCHES.length, host.env['PORT']);
  const say = (line: string): unknown => host.stderr.write(`${line}\n`);
  const databases = await startDatabases({ branches: BRANCHES, onProgress: say });
  started.push(databases);
  const apiKey = randomBytes(24).toString('base64url');
  const branches = startBranches(host, places, { databases, ports, apiKey });
  started.push({
    stop: async () => {
      await Promise.all(branches.map((branch) => branch.stop()));
    },
  });
  const failed = Promise.race(branches.map((branch) => branch.watch()));
  const urls = await Promise.all(branches.map((branch) => branch.ready()));
  const ready = {
    branches: branches.map(({ name, localUri }, i) => ({ name, url: urls[i] ?? '', localUri })),
    atlasUri: databases.atlas.uri,
    apiKey,
  };
  const loaded = loadEverything(ready, {
    sets: await readPublicRecords(places.recordsDirectory),
    terminal: host.stderr,
    databases,
  });
  await Promise.race([loaded, failed]);
  host.stdout.write(`bomba ready ${JSON.stringify(ready)}\n`);
  say(describeDemo(ready));
  return failed;
}

function startBranches(
  host: DemoHost,
  { serverMain }: DemoPlaces,
  at: { readonly databases: Databases; readonly ports: readonly number[]; readonly apiKey: string },
): readonly BranchServer[] {
  return at.databases.branches.map(({ name, uri }, i) => {
    const options = { name, localUri: uri, atlasUri: at.databases.atlas.uri, apiKey: at.apiKey, serverMain };
    return new BranchServer({ ...options, port: at.ports[i] ?? 0, environment: host.env });
  });
}

/** One sentence for people; a stack trace only where nobody foresaw the failure. */
function explain(error: unknown): string {
  if (error instanceof DemoError) return error.message;
  if (error instanceof Error && error.name === 'NoDatabasesError') return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type DatabaseRequest, type ProvidedServer, type Seat } from '../provider.js';
import { type ClaimedPort, claimPort, isFree } from './claim-port.js';
import { launchServer } from './launch-server.js';
import { type ServerPlace, type ServerProgram } from './server-program.js';
import { type ServerProcess } from './server-process.js';
import { type Watchdog } from './watchdog.js';

const STOP_PATIENCE_MS = 10_000;
const PORT_TRY_COUNT = 5;

/** Starts a server of ours: a process of a program on a loopback port, with a directory of its own. */
export async function openOwnServer(
  program: ServerProgram,
  seat: Seat,
  request: DatabaseRequest,
): Promise<ProvidedServer> {
  const home = join(request.dataDirectory, seat.name);
  const placeAt = (port: number): ServerPlace => {
    return { seat, port, home, dataDirectory: join(home, 'data'), logFile: join(home, 'server.log') };
  };
  await mkdir(placeAt(0).dataDirectory, { recursive: true });
  const portFile = join(home, 'port');
  let preferred = Number(await readFile(portFile, 'utf8').catch(() => '')) || undefined;
  for (let attempt = 1; ; attempt += 1) {
    const claim = await claimPort(preferred);
    const place = placeAt(claim.port);
    try {
      const process = await launchServer(program, place, request.watchdog);
      await writeFile(portFile, String(claim.port));
      return new OwnServer(program, place, { process, claim, request });
    } catch (error) {
      // Another program may have taken the port between our look and our start.
      const lostRace = !(await isFree(claim.port));
      await claim.release();
      if (!lostRace || attempt === PORT_TRY_COUNT) throw error;
      preferred = undefined;
    }
  }
}

interface Running {
  readonly process: ServerProcess;
  readonly claim: ClaimedPort;
  readonly request: DatabaseRequest;
}

class OwnServer implements ProvidedServer {
  readonly host = '127.0.0.1';
  readonly name: string;
  readonly port: number;
  readonly uri: string;
  readonly #watchdog: Watchdog;
  readonly #claim: ClaimedPort;
  readonly #keepData: boolean;
  #process: ServerProcess;
  #starting: Promise<void> | undefined;

  constructor(
    private readonly program: ServerProgram,
    private readonly place: ServerPlace,
    { process, claim, request }: Running,
  ) {
    this.name = place.seat.name;
    this.port = place.port;
    this.uri = `mongodb://${this.host}:${place.port}/${place.seat.dbName}?directConnection=true`;
    this.#process = process;
    this.#claim = claim;
    this.#watchdog = request.watchdog;
    this.#keepData = request.keepData;
  }

  get running(): boolean {
    return this.#process.alive;
  }

  start(): Promise<void> {
    this.#starting ??= this.#launch().finally(() => (this.#starting = undefined));
    return this.#starting;
  }

  async stop(): Promise<void> {
    await this.#starting?.catch(() => undefined);
    if (this.running) await this.#process.end('SIGTERM', STOP_PATIENCE_MS);
  }

  async kill(): Promise<void> {
    await this.#starting?.catch(() => undefined);
    if (this.running) await this.#process.end('SIGKILL');
  }

  provision(collections: readonly string[]): Promise<void> {
    return this.program.provision(this.uri, collections);
  }

  async dispose(): Promise<void> {
    await (this.#keepData ? this.stop() : this.kill());
    await this.#claim.release();
  }

  async #launch(): Promise<void> {
    if (!this.running) this.#process = await launchServer(this.program, this.place, this.#watchdog);
  }
}

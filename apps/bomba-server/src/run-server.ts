import { secretsIn } from './config/secrets-in.js';
import { createRedactor } from './logging/redact.js';
import { explainFailure } from './startup/explain-failure.js';

/** What {@link runServer} needs of a process. */
export interface ProcessHost {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
  on(event: string, listener: (cause: unknown) => void): unknown;
  exit(code: number): unknown;
}

interface Stoppable {
  readonly url: string;
  stop(): Promise<void>;
}

const signals = { SIGINT: 2, SIGTERM: 15 } as const;
/** By convention a process that a signal ends at once exits with this plus the number of the signal. */
const endedBySignal = 128;
const stopWithinMs = 9_000;

/**
 * Runs a server until SIGINT or SIGTERM. When it is ready it prints `bomba-server ready {"url":"…"}` on standard output.
 * The first signal stops it in good order, within 9 s; a second one, or one while it starts, ends it at once.
 */
export async function runServer(
  start: (environment: ProcessHost['env']) => Promise<Stoppable>,
  host: ProcessHost,
): Promise<void> {
  const redact = createRedactor(secretsIn(host.env));
  const fail = (what: string, error: unknown): void => {
    host.stderr.write(redact(`bomba-server ${what}: ${explainFailure(error)}\n`));
    host.exit(1);
  };
  let server: Stoppable | undefined;
  const stop = async (running: Stoppable): Promise<void> => {
    const deadline = setTimeout(() => {
      host.stderr.write(
        `bomba-server: did not stop within ${stopWithinMs} ms and is ended; nothing is lost.\n`,
      );
      host.exit(1);
    }, stopWithinMs);
    try {
      await running.stop();
      host.exit(0);
    } catch (error) {
      fail('did not stop in good order', error);
    } finally {
      clearTimeout(deadline);
    }
  };
  for (const [signal, number] of Object.entries(signals)) {
    host.on(signal, () => {
      const running = server;
      server = undefined;
      if (running === undefined) host.exit(endedBySignal + number);
      else void stop(running);
    });
  }
  host.on('uncaughtException', (error) => fail('has failed', error));
  host.on('unhandledRejection', (error) => fail('has failed', error));
  try {
    server = await start(host.env);
    host.stdout.write(`bomba-server ready ${JSON.stringify({ url: server.url })}\n`);
  } catch (error) {
    fail('cannot start', error);
  }
}

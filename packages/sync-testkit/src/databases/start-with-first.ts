import { type ChainReporter } from './chain-reporter.js';
import { NoDatabasesError } from './no-databases-error.js';
import {
  type DatabaseProvider,
  type DatabaseRequest,
  type Preparation,
  type ProvidedServer,
  type ProviderName,
} from './provider.js';

/** The servers of the first provider that works, in the order of the seats. */
export interface StartedServers {
  readonly provider: ProviderName;
  readonly servers: readonly ProvidedServer[];
}

/** A provider that was tried in vain. */
export interface FailedAttempt {
  readonly provider: ProviderName;
  readonly reason: string;
  readonly remedy: string;
}

/**
 * Starts the wanted servers with the first provider that can, telling of every provider that was tried.
 *
 * @throws NoDatabasesError when none can.
 */
export async function startWithFirst(
  providers: readonly DatabaseProvider[],
  request: DatabaseRequest,
  reporter: ChainReporter,
): Promise<StartedServers> {
  const failed: FailedAttempt[] = [];
  for (const provider of providers) {
    const attempt = await tryProvider(provider, request, reporter);
    if ('servers' in attempt) return attempt;
    reporter.notUsed(`${attempt.provider}: ${attempt.reason}`);
    failed.push(attempt);
  }
  throw new NoDatabasesError(failed);
}

async function tryProvider(
  provider: DatabaseProvider,
  request: DatabaseRequest,
  reporter: ChainReporter,
): Promise<StartedServers | FailedAttempt> {
  const { name } = provider;
  try {
    const preparation = await provider.prepare(request, (line) => reporter.busy(`${name}: ${line}`));
    if (!preparation.available) return { provider: name, ...preparation };
    const servers = await openAll(preparation, request);
    const addresses = servers.map((server) => `${server.name} on ${server.host}:${server.port}`);
    reporter.using(`${name}: ${preparation.what}, ${addresses.join(', ')}`);
    return { provider: name, servers };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { provider: name, reason: `it failed: ${reason}`, remedy: 'look into what it says' };
  }
}

/** All or none: where one does not start, the others are ended. */
async function openAll(
  provider: Extract<Preparation, { available: true }>,
  { seats }: DatabaseRequest,
): Promise<readonly ProvidedServer[]> {
  const outcomes = await Promise.allSettled(seats.map((seat) => provider.open(seat)));
  const servers = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  const failure = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failure === undefined) return servers;
  await Promise.allSettled(servers.map((server) => server.dispose()));
  throw failure.reason;
}

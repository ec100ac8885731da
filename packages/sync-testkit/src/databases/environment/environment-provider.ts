import { randomBytes } from 'node:crypto';
import { type DatabaseProvider, type DatabaseRequest, type Preparation, type Seat } from '../provider.js';
import { databaseIn, withDatabase } from './database-in-uri.js';
import { givenServer } from './given-server.js';
import { givenTopology } from './given-topology.js';

const VARIABLES = { local: 'LOCAL_MONGODB_URI', atlas: 'ATLAS_MONGODB_URI' } as const;
const SWITCH = 'BOMBA_USE_ENV_DATABASES';
type Refusal = Extract<Preparation, { available: false }>;

/**
 * A deployment named by `LOCAL_MONGODB_URI` and `ATLAS_MONGODB_URI`. With `BOMBA_USE_ENV_DATABASES=1` it serves tests,
 * each in databases of its own that are dropped afterwards; where data is kept, the two URIs are enough.
 */
export function environmentProvider(environment: NodeJS.ProcessEnv): DatabaseProvider {
  return {
    name: 'environment',
    async prepare(request): Promise<Preparation> {
      const refusal = refusalFor(request, environment) ?? (await mismatch(request, environment));
      if (refusal !== undefined) return refusal;
      const names = databaseNames(request, environment);
      return {
        available: true,
        what: 'the deployment given in the environment',
        open: async (seat) => {
          const uri = withDatabase(environment[VARIABLES[seat.side]] ?? '', names.get(seat) ?? seat.dbName);
          return givenServer({ name: seat.name, uri, throwAway: !request.keepData });
        },
      };
    },
  };
}

/** Why the environment does not ask for this. */
function refusalFor(request: DatabaseRequest, environment: NodeJS.ProcessEnv): Refusal | undefined {
  const missing = sidesOf(request).filter((side) => !environment[VARIABLES[side]]);
  const refuse = (reason: string, remedy: string): Refusal => ({ available: false, reason, remedy });
  if (missing.length > 0) {
    const names = missing.map((side) => VARIABLES[side]).join(' and ');
    return refuse(`${names} not set`, `set ${names} and ${SWITCH}=1 to use a deployment of yours`);
  }
  const wanted = environment[SWITCH] ?? (request.keepData ? '1' : '0');
  if (wanted === '1') return undefined;
  return refuse(`${SWITCH} is not 1`, `set ${SWITCH}=1 to run on the deployment that the URIs name`);
}

/** Why the given servers cannot do what is wanted. */
async function mismatch(
  request: DatabaseRequest,
  environment: NodeJS.ProcessEnv,
): Promise<Refusal | undefined> {
  for (const side of sidesOf(request)) {
    const wanted = request.seats.find((seat) => seat.side === side)?.topology;
    const topology = await givenTopology(environment[VARIABLES[side]] ?? '');
    if (topology === wanted) continue;
    const reason =
      typeof topology === 'string'
        ? `is a ${topology}, not a ${wanted ?? ''}`
        : `failed: ${topology.unreachable}`;
    return {
      available: false,
      reason: `${VARIABLES[side]} ${reason}`,
      remedy: `put ${VARIABLES[side]} right`,
    };
  }
  return undefined;
}

/** Kept data lives where the URI says; branches and runs that share a server are kept apart by name. */
function databaseNames(request: DatabaseRequest, environment: NodeJS.ProcessEnv): ReadonlyMap<Seat, string> {
  const run = randomBytes(4).toString('hex');
  const severalBranches = request.seats.filter((seat) => seat.side === 'local').length > 1;
  return new Map(
    request.seats.map((seat) => {
      if (!request.keepData) return [seat, `${seat.dbName}_${seat.name}_${run}`];
      const given = databaseIn(environment[VARIABLES[seat.side]] ?? '') ?? seat.dbName;
      return [seat, severalBranches && seat.side === 'local' ? `${given}_${seat.name}` : given];
    }),
  );
}

function sidesOf(request: DatabaseRequest): readonly ('local' | 'atlas')[] {
  return [...new Set(request.seats.map((seat) => seat.side))];
}

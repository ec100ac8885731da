import { environmentProvider } from './environment/environment-provider.js';
import { memoryServerProvider } from './mongod/memory-server-provider.js';
import { mongodProvider } from './mongod/mongod-provider.js';
import { type DatabaseProvider } from './provider.js';
import { thisMachine } from './secantus/secantus-build.js';
import { secantusProvider } from './secantus/secantus-provider.js';

/** The providers in the order in which they are tried: the closer to a user's real deployment, the earlier. */
export function providerChain(environment: NodeJS.ProcessEnv): readonly DatabaseProvider[] {
  return [
    environmentProvider(environment),
    mongodProvider(environment),
    memoryServerProvider(environment),
    secantusProvider(environment, thisMachine()),
  ];
}

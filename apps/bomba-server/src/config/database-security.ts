import { type DatabaseUri } from './database-uri.js';

/** Options that weaken TLS, and the one value of each that does not. */
const harmless: Readonly<Record<string, string>> = {
  tlsinsecure: 'false',
  tlsallowinvalidcertificates: 'false',
  tlsallowinvalidhostnames: 'false',
  sslinsecure: 'false',
  sslallowinvalidcertificates: 'false',
  sslallowinvalidhostnames: 'false',
  sslvalidate: 'true',
  checkserveridentity: 'true',
  rejectunauthorized: 'true',
};

/** What makes a connection string unsafe, one sentence each; empty where nothing does. */
export function findInsecurity(name: string, uri: DatabaseUri): readonly string[] {
  const weakening = [...uri.options]
    .filter(([option, values]) => option in harmless && values.some((value) => value !== harmless[option]))
    .map(([option]) => `${name}: must not switch off checks of TLS; remove the option ${option}`);
  if (uri.loopback || uri.tls) return weakening;
  return [...weakening, `${name}: must use TLS beyond this machine; use mongodb+srv:// or add tls=true`];
}

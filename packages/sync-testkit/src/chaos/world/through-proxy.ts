import { type FaultProxy } from '../../proxy/fault-proxy.js';

/** The URI of a server, by way of a proxy. */
export function throughProxy(uri: string, { port }: FaultProxy): string {
  const direct = uri.replace(
    /\/\/([^@/]*@)?[^/]+\//,
    (_, user?: string) => `//${user ?? ''}127.0.0.1:${port}/`,
  );
  return direct.includes('directConnection')
    ? direct
    : `${direct}${direct.includes('?') ? '&' : '?'}directConnection=true`;
}

import { MongoClient, type MongoClientOptions } from 'mongodb';

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\])$/i;

/** How a connection is to be made, and whether its lack of protection is accepted. */
export interface ConnectionWish {
  readonly client?: MongoClientOptions;
  /** For tests only. */
  readonly allowInsecure?: boolean;
}

/**
 * Why a database must not be reached like this: a string that the driver does not take, no TLS beyond this machine, or
 * TLS with its checks off. Nothing of the URI is repeated, as it holds the password.
 */
export function insecureReasons(
  uri: string,
  { client = {}, allowInsecure = false }: ConnectionWish,
): readonly string[] {
  let options: MongoClient['options'];
  try {
    ({ options } = new MongoClient(uri, client));
  } catch {
    return ['is not a connection string that the MongoDB driver accepts.'];
  }
  if (allowInsecure) return [];
  const isLocal =
    options.srvHost === undefined && options.hosts.every(({ host }) => LOOPBACK.test(host ?? ''));
  const reasons: string[] = [];
  if (!isLocal && !options.tls) reasons.push('names a server beyond this machine without TLS; add tls=true.');
  if (options.tls && !checksCertificates(options)) {
    reasons.push('switches the checks of TLS off; remove tlsInsecure-like options.');
  }
  return reasons;
}

function checksCertificates(options: MongoClient['options']): boolean {
  return options.rejectUnauthorized !== false && options.checkServerIdentity === undefined;
}

import { MongoClient } from 'mongodb';
import { isLoopback } from './loopback.js';

/** What the server must know of a connection string; nothing of it is secret. */
export interface DatabaseUri {
  /** `host:port` of each member, in lower case and sorted. */
  readonly hosts: readonly string[];
  /** The database it names, if any. */
  readonly database: string | undefined;
  /** Options by lower-case name, with the values given. */
  readonly options: ReadonlyMap<string, readonly string[]>;
  /** True where every host is this machine. */
  readonly loopback: boolean;
  /** True where the connection is encrypted. */
  readonly tls: boolean;
}

const shape =
  /^mongodb(?<srv>\+srv)?:\/\/(?:[^@/?]*@)?(?<hosts>[^@/?]+)(?:\/(?<database>[^?/]*))?(?:\?(?<query>.*))?$/;

function readOptions(query: string): ReadonlyMap<string, readonly string[]> {
  const options = new Map<string, string[]>();
  for (const [name, value] of new URLSearchParams(query)) {
    const key = name.toLowerCase();
    options.set(key, [...(options.get(key) ?? []), value.toLowerCase()]);
  }
  return options;
}

function withoutPort(host: string): string {
  return /^\[.*\]/.exec(host)?.[0] ?? host.replace(/:\d+$/, '');
}

/** Reads a connection string as far as its shape goes; `undefined` where it has none. */
export function readDatabaseUri(uri: string): DatabaseUri | undefined {
  const parts = shape.exec(uri)?.groups;
  if (parts === undefined) return undefined;
  const { srv, hosts: hostList = '', database = '', query = '' } = parts;
  const options = readOptions(query);
  const hosts = hostList.toLowerCase().split(',').sort();
  const switches = [...(options.get('tls') ?? []), ...(options.get('ssl') ?? [])];
  return {
    hosts,
    database: database === '' ? undefined : database,
    options,
    loopback: srv === undefined && hosts.every((host) => isLoopback(withoutPort(host))),
    tls:
      srv === undefined
        ? switches.length > 0 && switches.every((value) => value === 'true')
        : !switches.includes('false'),
  };
}

/** Reads a connection string that the driver accepts too; `undefined` where it does not. */
export function parseDatabaseUri(uri: string): DatabaseUri | undefined {
  try {
    new MongoClient(uri);
  } catch {
    // What the driver says may repeat the connection string, and with it the password.
    return undefined;
  }
  return readDatabaseUri(uri);
}

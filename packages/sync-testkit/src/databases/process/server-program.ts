import { type Seat } from '../provider.js';

/** Where one server of a program runs. */
export interface ServerPlace {
  readonly seat: Seat;
  readonly port: number;
  /** Directory of everything that belongs to it; its working directory. */
  readonly home: string;
  /** Directory for its data, below home. */
  readonly dataDirectory: string;
  /** File for what it prints, below home. */
  readonly logFile: string;
}

/** A database server program: how it is called, and what it needs around a start. */
export interface ServerProgram {
  readonly command: string;
  /** Variables added to our own environment. */
  readonly environment: Readonly<Record<string, string>>;
  argumentsFor(place: ServerPlace): readonly string[];
  /** Makes a server that answers pings ready for use, as a replica set where that is wanted; at every start. */
  makeReady(place: ServerPlace): Promise<void>;
  /** See `DatabaseServer.provision`. */
  provision(uri: string, collections: readonly string[]): Promise<void>;
}

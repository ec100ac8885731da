/**
 * A wire between a client and a server on loopback that can be made to fail. It carries bytes of any protocol, TLS
 * included. Clients of a replica set must connect directly (as {@link FaultProxy.uri} says), or they go past it.
 */
export interface FaultProxy {
  /** Where clients connect. Stays the same while cut. */
  readonly port: number;
  /** Connection string of a database of a MongoDB server behind the proxy. */
  uri(dbName: string): string;
  /** Cuts the wire: resets every connection, losing what is underway, and refuses new ones. */
  cut(): Promise<void>;
  /** Makes the wire whole: no delay, no limit. What a black hole has held back arrives now, late. */
  heal(): Promise<void>;
  /**
   * Bytes vanish both ways without a reset; connecting still succeeds. Heal to deliver them late, cut to lose them.
   */
  blackHole(): Promise<void>;
  /** Requests pass, replies vanish. Heal to deliver them late, cut to lose them. */
  dropReplies(): Promise<void>;
  /** As {@link dropReplies}, from the first request on that fits; resolves then. Any other change of the wire calls it off. */
  dropRepliesFrom(fits: (request: Buffer) => boolean): Promise<void>;
  /** From now on bytes arrive this much later, each way. */
  delay(delayMs: number): void;
  /** From now on each direction carries this many bytes a second, all connections together. */
  limit(bytesPerSecond: number): void;
  /** Cuts the wire for good and gives the port back. */
  close(): Promise<void>;
}

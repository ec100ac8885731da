import { type LoggedWrite, type Place } from '../checker/recorded-history.js';

/** An order that a writer created: its `number` is unique, its label is computed from what it holds. */
export interface OrderWrite extends Pick<LoggedWrite, 'token' | 'place' | 'outcome'> {
  readonly number: number;
  /** Whether its model accepts it. */
  readonly isValid: boolean;
}

/** A note: a document of a collection that does not travel. */
export type NoteWrite = Pick<LoggedWrite, 'token' | 'place' | 'outcome'>;

/** An order as a place has it. */
export interface StoredOrder {
  readonly token: string;
  readonly number: number;
  readonly label: string | null;
  /** The field that does not travel. */
  readonly till: string | null;
  /** All of its content that travels with the types of BSON, and its version. */
  readonly fingerprint: string;
}

/** A state that waits in the quarantine of a branch. */
export interface QuarantinedState {
  readonly collection: string;
  readonly token: string;
  readonly code: string;
  readonly direction: string;
  /** The number that it was refused for, where that was the reason. */
  readonly number: number | null;
  /** The token of the order that holds the number; null where none is named. */
  readonly winner: string | null;
}

/** What a place holds in the end of what has rules. */
export interface RuledEnd {
  readonly place: Place;
  readonly orders: readonly StoredOrder[];
  readonly notes: readonly string[];
  readonly quarantined: readonly QuarantinedState[];
  /** Items whose computed field is not what their content makes. */
  readonly underived: readonly string[];
}

/** What happened, and what is left, of the documents that have rules. */
export interface RuledHistory {
  readonly orders: readonly OrderWrite[];
  readonly notes: readonly NoteWrite[];
  readonly ends: readonly RuledEnd[];
}

/** The rule of the computed field of an order. */
export function labelOf({ number, token }: { readonly number: number; readonly token: string }): string {
  return `order ${number} of ${token}`;
}

/** What an order has at the place where it was written, in a field that does not travel. */
export function tillOf(token: string): string {
  return `till of ${token}`;
}

/** The rule of the computed field of an item. */
export function computedOf(token: string): string {
  return `made of ${token}`;
}

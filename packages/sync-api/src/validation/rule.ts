import { type InvalidValue } from '../http/request-refusal.js';

/** What is wrong with a value. */
export class Invalid {
  readonly errors: readonly InvalidValue[];

  constructor(...errors: readonly InvalidValue[]) {
    this.errors = errors;
  }
}

/** Takes a value from outside for what it should be, or says what is wrong with it. `field` is where it stands. */
export type Rule<T> = (value: unknown, field: string) => T | Invalid;

/** The value, or undefined where it is absent. */
export function optional<T>(rule: Rule<T>): Rule<T | undefined> {
  return (value, field) => (value === undefined ? undefined : rule(value, field));
}

/** True or false, as JSON has them. */
export const flag: Rule<boolean> = (value, field) =>
  typeof value === 'boolean' ? value : new Invalid({ field, detail: 'must be true or false' });

/** A text of 1 to `maxLength` characters. */
export function text(maxLength: number): Rule<string> {
  return (value, field) =>
    typeof value === 'string' && value.length >= 1 && value.length <= maxLength
      ? value
      : new Invalid({ field, detail: `must be one text of 1 to ${maxLength} characters` });
}

/** One of these words. */
export function oneOf<const T extends string>(words: readonly T[]): Rule<T> {
  return (value, field) =>
    words.find((word) => word === value) ??
    new Invalid({ field, detail: `must be one of ${words.join(', ')}` });
}

/** A whole number in decimal digits, as a query has it. */
export function digits({ min, max }: { readonly min: number; readonly max: number }): Rule<number> {
  return (value, field) => {
    const number = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : NaN;
    return number >= min && number <= max
      ? number
      : new Invalid({ field, detail: `must be one whole number from ${min} to ${max}` });
  };
}

/** A list with at least one entry, none of them twice. */
export function listOf<T>(rule: Rule<T>): Rule<readonly T[]> {
  return (value, field) => {
    if (!Array.isArray(value) || value.length === 0) {
      return new Invalid({ field, detail: 'must be a list with at least one entry' });
    }
    const entries: readonly unknown[] = value;
    if (new Set(entries).size < entries.length)
      return new Invalid({ field, detail: 'must not repeat an entry' });
    const taken = entries.map((entry, index) => rule(entry, `${field}[${index}]`));
    const errors = taken.flatMap((entry) => (entry instanceof Invalid ? entry.errors : []));
    return errors.length > 0
      ? new Invalid(...errors)
      : taken.filter((entry): entry is T => !(entry instanceof Invalid));
  };
}

import { RequestRefusal } from '../http/request-refusal.js';
import { isObject } from './document-rule.js';
import { Invalid, type Rule } from './rule.js';

/** The fields that may be there, each with its rule. */
export type Shape = Readonly<Record<string, Rule<unknown>>>;

type Taken<R> = R extends (value: unknown, field: string) => infer T ? Exclude<T, Invalid> : never;

type OptionalName<S extends Shape> = { [K in keyof S]: undefined extends Taken<S[K]> ? K : never }[keyof S];

/** The values of a shape; an optional one that is absent is no property at all. */
export type Values<S extends Shape> = {
  readonly [K in Exclude<keyof S, OptionalName<S>>]: Taken<S[K]>;
} & {
  readonly [K in OptionalName<S>]?: Exclude<Taken<S[K]>, undefined>;
};

/**
 * Takes the fields of a body or query into a new object and refuses everything that is not in the shape. Nothing given
 * is as good as an empty object. Throws a {@link RequestRefusal} that lists every problem at once.
 */
export function readFields<S extends Shape>(source: unknown, shape: S): Values<S> {
  const given = source === undefined ? {} : source;
  if (!isObject(given)) throw refuse(new Invalid({ field: '', detail: 'must be a JSON object' }));
  const unknown = Object.keys(given)
    .filter((field) => !Object.hasOwn(shape, field))
    .map(
      (field) => new Invalid({ field, detail: `is not known; known are: ${Object.keys(shape).join(', ')}` }),
    );
  const taken = Object.entries(shape).map(([field, rule]) => {
    return [field, rule(given[field], field)] as const;
  });
  const invalid = [...taken.map(([, value]) => value), ...unknown].filter(
    (value) => value instanceof Invalid,
  );
  if (invalid.length > 0) throw refuse(...invalid);
  return Object.fromEntries(taken.filter(([, value]) => value !== undefined)) as Values<S>;
}

function refuse(...invalid: readonly Invalid[]): RequestRefusal {
  const errors = invalid.flatMap((one) => one.errors);
  const detail = `The request has ${errors.length} wrong ${errors.length === 1 ? 'value' : 'values'}.`;
  return new RequestRefusal('SYNC_API_REQUEST_INVALID', detail, { errors });
}

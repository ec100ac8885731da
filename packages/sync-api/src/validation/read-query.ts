import { type Request } from 'express';
import { readFields, type Shape, type Values } from './read-fields.js';

/**
 * Takes the parameters of a query. It is read from the URL itself, since what `request.query` gives depends on the
 * host's settings; a parameter that is given twice becomes a list, which no rule for one value takes.
 */
export function readQuery<S extends Shape>({ url }: Pick<Request, 'url'>, shape: S): Values<S> {
  const start = url.indexOf('?');
  const parameters = new URLSearchParams(start < 0 ? '' : url.slice(start + 1));
  const names = [...new Set(parameters.keys())];
  const given = names.map((name) => {
    const values = parameters.getAll(name);
    return [name, values.length === 1 ? values[0] : values] as const;
  });
  return readFields(Object.fromEntries(given), shape);
}

import { isPlainObject } from '../bson/is-plain-object.js';
import { isSameValue } from './same-value.js';

/** Whether an element that logic left behind may be this one of those that came, unchanged. */
export type IsAlike = (made: unknown, place: number) => boolean;

/**
 * Which of the elements that came each element of an output was made of, by its place; -1: of none. Those with an `_id` are
 * found by it. Of the others, those that logic left as they were are found wherever it put them, first where they stood, then
 * in their order; and the rest stand where they stood, also those that came without the `_id` that Mongoose gave them.
 */
export function madeOf(
  output: readonly unknown[],
  came: readonly unknown[],
  isAlike: IsAlike,
): readonly number[] {
  const places = output.map((made) => placeOfId(made, came));
  const taken = new Set(places);
  const pair = (placeFor: (made: unknown, i: number) => number): void => {
    output.forEach((made, i) => {
      if (places[i] !== -1) return;
      const place = placeFor(made, i);
      if (place < 0 || place >= came.length || taken.has(place)) return;
      places[i] = place;
      taken.add(place);
    });
  };
  const search = (made: unknown, from: number): number =>
    came.findIndex((_, j) => j >= from && !taken.has(j) && isAlike(made, j));
  let next = 0;
  pair((made, i) => (i < came.length && isAlike(made, i) ? i : -1));
  pair((made) => {
    const place = search(made, next);
    next = place < 0 ? next : place + 1;
    return place;
  });
  pair((made) => search(made, 0));
  pair((made, i) => (idOf(came[i]) !== undefined && idOf(made) !== undefined ? -1 : i));
  return places;
}

function placeOfId(made: unknown, came: readonly unknown[]): number {
  const id = idOf(made);
  if (id === undefined) return -1;
  return came.findIndex((element) => {
    const its = idOf(element);
    return its !== undefined && isSameValue({ exact: its, plain: its }, id);
  });
}

function idOf(element: unknown): unknown {
  return isPlainObject(element) ? element['_id'] : undefined;
}

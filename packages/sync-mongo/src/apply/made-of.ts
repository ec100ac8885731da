import { isPlainObject } from '../bson/is-plain-object.js';
import { isSameValue } from './same-value.js';

/** Whether an element that logic left behind may be this one of those that came, unchanged. */
export type IsAlike = (made: unknown, place: number) => boolean;

/**
 * Which of the elements that came each element of an output was made of, by its place; -1: of none. Those with an `_id` are
 * found by it. Of the others, where logic took some out or put some in, those that it left as they were are found in their
 * order, and the rest stand where they stood; also those that came without the `_id` that Mongoose gave them.
 */
export function madeOf(
  output: readonly unknown[],
  came: readonly unknown[],
  isAlike: IsAlike,
): readonly number[] {
  const places = output.map((made) => placeOfId(made, came));
  const taken = new Set(places);
  if (output.length !== came.length) {
    let next = 0;
    output.forEach((made, i) => {
      if (places[i] !== -1) return;
      const place = came.findIndex((_, j) => j >= next && !taken.has(j) && isAlike(made, j));
      if (place < 0) return;
      places[i] = place;
      taken.add(place);
      next = place + 1;
    });
  }
  return places.map((place, i) => {
    if (place !== -1 || i >= came.length || taken.has(i)) return place;
    return idOf(came[i]) !== undefined && idOf(output[i]) !== undefined ? -1 : i;
  });
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

import { hiddenProjection } from '../rewrite/hidden-projection.js';
import { setOwnProperty } from '../seam/own-property.js';

interface FindCursor {
  project(projection: unknown): unknown;
  clone(): FindCursor;
}

/** A cursor that leaves the metadata out of a projection it is given later, too. What is no cursor (yet) stays as it is. */
export function hideProjected<Cursor>(cursor: Cursor): Cursor {
  if (!isCursor(cursor)) return cursor;
  const [project, clone] = [cursor.project.bind(cursor), cursor.clone.bind(cursor)];
  setOwnProperty(cursor, 'project', (projection: unknown) => project(hiddenProjection(projection)));
  setOwnProperty(cursor, 'clone', () => hideProjected(clone()));
  return cursor;
}

function isCursor(value: unknown): value is FindCursor {
  const { project, clone } = (value ?? {}) as Partial<FindCursor>;
  return typeof project === 'function' && typeof clone === 'function';
}

import { type Body } from '@bomba/sync-core';
import { BSON, type Document } from 'mongodb';
import { type Element, elementsOf, plainValueOf } from '../bson/elements.js';

/** A kept state as extended JSON, for people. A value that cannot be read does not hide the others. */
export function shownDocument(state: Body): Document {
  return Object.fromEntries(elementsOf(state).map((element) => [element.name, shown(state, element)]));
}

function shown(state: Body, element: Element): unknown {
  try {
    return BSON.EJSON.serialize({ value: plainValueOf(state, element) })['value'];
  } catch {
    return { $unreadable: `BSON type ${element.type}` };
  }
}

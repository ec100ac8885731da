/** The two sides that are kept the same. @public */
export type Side = 'local' | 'atlas';

/** The way a change travels: push is `local-to-atlas`, pull is `atlas-to-local`. @public */
export type Direction = 'local-to-atlas' | 'atlas-to-local';

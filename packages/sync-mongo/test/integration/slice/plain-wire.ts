/**
 * Requests travel as they are, so that a proxy can tell one from another: to a server that offers compression the driver sends
 * compressed ones.
 */
export const plainWire: { readonly compressors: ['none'] } = { compressors: ['none'] };

interface WriteErrorLike {
  readonly err?: { readonly index?: number; op?: unknown };
}

/** The same error of a bulk, its write errors naming the operations of the application instead of ours. */
export function restoreOperations(
  error: unknown,
  originalOf: (index: number, operation: unknown) => unknown,
): unknown {
  const { writeErrors } = (error ?? {}) as {
    readonly writeErrors?: WriteErrorLike | readonly WriteErrorLike[];
  };
  for (const { err } of [writeErrors ?? []].flat()) {
    if (err?.index !== undefined) err.op = originalOf(err.index, err.op);
  }
  return error;
}

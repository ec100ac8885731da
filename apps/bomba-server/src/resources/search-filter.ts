const escapeRegExp = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');

/** A filter for documents that have the text, taken literally and in any case, in one of the fields. */
export function createSearchFilter(
  fields: readonly string[],
  text: string | undefined,
): Record<string, unknown> {
  if (text === undefined) return {};
  const pattern = new RegExp(escapeRegExp(text), 'i');
  return { $or: fields.map((field) => ({ [field]: pattern })) };
}

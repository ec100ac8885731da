/** The types of BSON that are treated by themselves. */
export const elementType = {
  double: 1,
  document: 3,
  array: 4,
  codeWithScope: 15,
  int64: 18,
} as const;

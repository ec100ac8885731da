/** Ten million pounds: sums of what one bill can hold stay exact. */
const largestAmount = 1_000_000_000;

/** An amount that people enter: whole piastres (1 EGP = 100 piastres), so that sums are exact on every machine. */
export const piastres = {
  type: Number,
  min: [0, 'must not be negative'],
  max: [largestAmount, `must be at most ${largestAmount} piastres`],
  validate: { validator: Number.isSafeInteger, message: 'must be a whole number of piastres' },
} as const;

/** An amount that a hook computes, in whole piastres. */
export const computedPiastres = { type: Number, min: 0 } as const;

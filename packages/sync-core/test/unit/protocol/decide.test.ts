import { describe, expect, it } from '@jest/globals';
import { decide } from '../../../src/protocol/decide.js';
import { atlasChangeCases } from './decide-cases/atlas-change.js';
import { type Cases } from './decide-cases/decide-case.js';
import { foreignHandCases } from './decide-cases/foreign-hand.js';
import { localDeleteCases } from './decide-cases/local-delete.js';
import { localWriteCases } from './decide-cases/local-write.js';
import { oneWayCases } from './decide-cases/one-way.js';
import { rulesOf, viewOf } from './views.js';

/** The whole protocol as a table: each branch of `decide`, and each side of each comparison it makes. */
const table: Cases = {
  ...foreignHandCases,
  ...localWriteCases,
  ...localDeleteCases,
  ...atlasChangeCases,
  ...oneWayCases,
};

describe('decide, when', () => {
  describe.each(Object.entries(table))('%s', (_, cases) => {
    it.each(cases)('%s', (_when, found, answer, rules = {}) => {
      expect(decide(viewOf(...found), rulesOf(rules))).toEqual(answer);
    });
  });
});

import { describe, expect, it } from '@jest/globals';
import { type HistoryReport, runChaos } from '@bomba/sync-testkit/chaos';
import { randomInt } from 'node:crypto';
import { join } from 'node:path';

const HISTORIES = Number(process.env['BOMBA_RULED_HISTORIES'] ?? 15);
const SEED = Number(process.env['BOMBA_HISTORY_SEED'] ?? randomInt(2 ** 30));
const HISTORY_MS = 60_000;
const program = join(process.cwd(), 'test/integration/chaos/chaos-process.mjs');

describe(`branches and Atlas in random histories under business rules (BOMBA_HISTORY_SEED=${SEED})`, () => {
  it(
    `end as the rules have it, and lose nothing, over ${HISTORIES} histories with hooks, validation and unique values`,
    async () => {
      const reports: HistoryReport[] = [];
      const seeds = Array.from({ length: HISTORIES }, (_, index) => SEED + index);
      await runChaos({ program, seeds, hasRules: true, onHistory: (report) => reports.push(report) });
      const broken = reports.filter(({ isSound }) => !isSound);
      expect(
        broken.map(({ seed, directory, violations, failures }) => ({
          seed,
          directory,
          violations,
          failures,
        })),
      ).toEqual([]);
      expect(reports).toHaveLength(HISTORIES);
      const sum = (count: (report: HistoryReport) => number): number =>
        reports.reduce((all, report) => all + count(report), 0);
      expect(sum(({ writeCount }) => writeCount)).toBeGreaterThan(HISTORIES * 15);
      // Each history has an order that no branch accepts; numbers collide in most.
      expect(sum(({ heldCount }) => heldCount)).toBeGreaterThan(HISTORIES * 3);
    },
    HISTORIES * HISTORY_MS,
  );
});

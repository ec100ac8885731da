import { describe, expect, it } from '@jest/globals';
import { type HistoryReport, runChaos } from '@bomba/sync-testkit/chaos';
import { randomInt } from 'node:crypto';
import { join } from 'node:path';

const HISTORIES = Number(process.env['BOMBA_HISTORIES'] ?? 40);
const SEED = Number(process.env['BOMBA_HISTORY_SEED'] ?? randomInt(2 ** 30));
const HISTORY_MS = 60_000;
const program = join(process.cwd(), 'test/integration/chaos/chaos-process.mjs');

describe(`branches and Atlas in random histories (BOMBA_HISTORY_SEED=${SEED})`, () => {
  it(
    `end equal, lose nothing and bring nothing back, over ${HISTORIES} histories of faulty wires and killed processes`,
    async () => {
      const reports: HistoryReport[] = [];
      const seeds = Array.from({ length: HISTORIES }, (_, index) => SEED + index);
      await runChaos({ program, seeds, onHistory: (report) => reports.push(report) });
      expect(reports.filter(({ isSound }) => !isSound).map(described)).toEqual([]);
      const sum = (count: (report: HistoryReport) => number): number =>
        reports.reduce((all, report) => all + count(report), 0);
      expect(reports).toHaveLength(HISTORIES);
      expect(sum(({ writeCount }) => writeCount)).toBeGreaterThan(HISTORIES * 20);
      expect(sum(({ killCount }) => killCount)).toBeGreaterThan(HISTORIES / 4);
      expect(sum(({ keptCount }) => keptCount)).toBeGreaterThan(HISTORIES / 4);
      const unanswered = reports.flatMap((report) => report.unanswered);
      const recognised = unanswered.filter(({ isRecognised }) => isRecognised);
      process.stdout.write(
        `${unanswered.length} pushes were stored and not answered, ${recognised.length} of them recognised\n`,
      );
      // Planned in a third of them; on a machine with far too much to do, a branch seldom gets through at all.
      expect(unanswered.length).toBeGreaterThanOrEqual(Math.floor(HISTORIES / 40));
    },
    HISTORIES * HISTORY_MS,
  );
});

function described({ seed, directory, violations, failures }: HistoryReport): object {
  return { seed, directory, violations, failures };
}

import { type CollectionReport, errorCodes, type FullSyncReport, type SyncErrorCode } from '@bomba/sync-core';
import { toWord } from './record-id.js';
import { fields, type Style, table } from './table.js';
import { timeText } from './time-text.js';

const RUNS = ['ID', 'STATE', 'DRY RUN', 'STARTED', 'FINISHED', 'COMPARED', 'DIFFERENT', 'REPAIRED'];
const COLLECTIONS = ['COLLECTION', 'COMPARED', 'DIFFERENT', 'REPAIRED', 'NOTES'];
const SAMPLES = ['COLLECTION', 'DOCUMENT', 'KIND', 'NEWER', 'EDITED ON', 'FIELDS'];

type Count = 'comparedCount' | 'differentCount' | 'repairedCount';

/** How many of all collections. */
export function countOf({ collections }: FullSyncReport, count: Count): number {
  return collections.reduce((sum, collection) => sum + collection[count], 0);
}

/** Runs, one a line. */
export function runsLines(runs: readonly FullSyncReport[], style: Style): readonly string[] {
  if (runs.length === 0) return ['There was no full sync yet.'];
  const rows = runs.map((run) => [
    toWord(run.id),
    run.state,
    run.dryRun ? 'yes' : 'no',
    timeText(run.startedAtMs),
    timeText(run.finishedAtMs),
    ...(['comparedCount', 'differentCount', 'repairedCount'] as const).map((count) =>
      String(countOf(run, count)),
    ),
  ]);
  return table(RUNS, rows, style);
}

/** One run: how it stands, what it found in each collection, and examples of that. */
export function runLines(run: FullSyncReport, style: Style): readonly string[] {
  const { error, collections } = run;
  return [
    ...fields(
      [
        ['id', toWord(run.id)],
        ['state', run.state],
        ['dry run', run.dryRun ? 'yes: nothing was changed' : null],
        ['compared', run.changedOnly ? 'only what may have changed' : null],
        ['started', timeText(run.startedAtMs)],
        ['finished', timeText(run.finishedAtMs)],
        ['error', error && error.message],
        ['code', error && error.code],
        ['failed on', error && error.side],
        ['remedy', error && remedyOf(error.code)],
      ],
      style,
    ),
    ...(collections.length === 0 ? [] : ['', ...table(COLLECTIONS, collections.map(collectionRow), style)]),
    ...sampleLines(collections, style),
  ];
}

/** Null for a code that a newer server has and this program does not know. */
function remedyOf(code: SyncErrorCode): string | null {
  return Object.hasOwn(errorCodes, code) ? errorCodes[code].remedy : null;
}

function collectionRow(one: CollectionReport): readonly string[] {
  const kinds = Object.entries(one.kinds ?? {}).map(([kind, count]) => `${kind} ${count}`);
  const indexes = (one.indexes ?? []).map(
    ({ fields: names, missingOn }) => `index ${names.join('+')} missing on ${missingOn}`,
  );
  const notes = [
    ...(one.paused ? ['paused'] : []),
    ...(one.fuseBlown ? ['too much is gone from Atlas'] : []),
    ...kinds,
    ...indexes,
    ...(one.options ?? []).map((name) => `option ${name} differs`),
  ];
  const counts = [one.comparedCount, one.differentCount, one.repairedCount].map(String);
  return [one.collection, ...counts, notes.join(', ')];
}

function sampleLines(collections: readonly CollectionReport[], style: Style): readonly string[] {
  const rows = collections.flatMap(({ collection, samples = [] }) =>
    samples.map(({ documentId, kind, newer, editedOn, fields: differing }) => [
      collection,
      documentId,
      kind,
      newer ?? '-',
      editedOn.join('+') || '-',
      differing.map(({ path }) => path || '(all)').join(', '),
    ]),
  );
  return rows.length === 0 ? [] : ['', ...table(SAMPLES, rows, style)];
}

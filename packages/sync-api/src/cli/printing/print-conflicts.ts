import { type StoredConflict } from '@bomba/sync-core';
import { documentLines } from './print-document.js';
import { toWord } from './record-id.js';
import { fields, type Style, table } from './table.js';
import { timeText } from './time-text.js';

const COLUMNS = ['ID', 'COLLECTION', 'DOCUMENT', 'LOSER', 'REASON', 'RECORDED'];

/** A page of the states that lost a conflict. */
export function conflictsLines(items: readonly StoredConflict[], style: Style): readonly string[] {
  if (items.length === 0) return ['No conflict is kept.'];
  const rows = items.map((item) => [
    toWord(item.id),
    item.collection,
    item.documentId,
    item.loser,
    item.reason,
    timeText(item.recordedAtMs),
  ]);
  return table(COLUMNS, rows, style);
}

/** One state that lost, with its document. */
export function conflictLines(item: StoredConflict, style: Style): readonly string[] {
  return [
    ...fields(
      [
        ['id', toWord(item.id)],
        ['collection', item.collection],
        ['document', item.documentId],
        ['loser', item.loser],
        ['reason', item.reason],
        ['losing version', item.losingStamp],
        ['winning version', item.winningStamp],
        ['chosen by', item.strategy],
        ['strategy failed', item.failure],
        ['caution', item.caution ? 'a time was missing or replaced: look at the choice' : null],
        ['recorded', timeText(item.recordedAtMs)],
        ['recorded by', item.instanceId],
      ],
      style,
    ),
    ...documentLines(item.document, style),
  ];
}

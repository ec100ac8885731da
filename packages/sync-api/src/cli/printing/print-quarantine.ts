import { type QuarantinedDocument } from '@bomba/sync-core';
import { documentLines } from './print-document.js';
import { toWord } from './record-id.js';
import { fields, type Style, table } from './table.js';
import { timeText } from './time-text.js';

const COLUMNS = ['ID', 'COLLECTION', 'DOCUMENT', 'CODE', 'TRIES', 'LAST TRY', 'REASON'];

/** A page of the quarantine. */
export function quarantineLines(items: readonly QuarantinedDocument[], style: Style): readonly string[] {
  if (items.length === 0) return ['Nothing is in quarantine.'];
  const rows = items.map((item) => [
    toWord(item.id),
    item.collection,
    item.documentId,
    item.code,
    String(item.attemptCount),
    timeText(item.lastAtMs),
    item.reason,
  ]);
  return table(COLUMNS, rows, style);
}

/** One quarantined state, with its document. */
export function quarantinedLines(item: QuarantinedDocument, style: Style): readonly string[] {
  const { conflictingKey, winnerId } = item;
  return [
    ...fields(
      [
        ['id', toWord(item.id)],
        ['collection', item.collection],
        ['document', item.documentId],
        ['direction', item.direction],
        ['code', item.code],
        ['reason', item.reason],
        ['colliding value', conflictingKey && JSON.stringify(conflictingKey)],
        ['held by', winnerId],
        ['waits', item.waits],
        ['size in bytes', item.byteCount],
        ['tries', item.attemptCount],
        ['first try', timeText(item.firstAtMs)],
        ['last try', timeText(item.lastAtMs)],
      ],
      style,
    ),
    ...documentLines(item.document, style),
  ];
}

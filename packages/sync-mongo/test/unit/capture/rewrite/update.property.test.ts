import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { UUID } from 'mongodb';
import { markOperatorUpdate } from '../../../../src/capture/rewrite/operator-update.js';
import { markPipelineUpdate } from '../../../../src/capture/rewrite/pipeline-update.js';
import { replacementPipeline } from '../../../../src/capture/rewrite/replacement.js';
import { content, isMeta, meta, operatorUpdate, pipelineUpdate } from './arbitrary-update.js';
import { applyUpdate, type Stored } from './reference-server.js';

const id = new UUID('01900000-0000-7000-8000-0000000000aa').toBinary();
const KEPT = ['stamp', 'digest', 'version'];

/** The application's own view of a document. */
const contentOf = (document: Stored): Stored =>
  Object.fromEntries(Object.entries(document).filter(([name]) => name !== '_syncMeta'));
const keptOf = (document: Stored): Stored =>
  Object.fromEntries(
    Object.entries((document['_syncMeta'] ?? {}) as Stored).filter(([name]) => KEPT.includes(name)),
  );

/** The update as an application would write it that knows of no metadata. */
function ownPart(update: Record<string, Stored>): Record<string, Stored> {
  return Object.fromEntries(
    Object.entries(update).map(([operator, fields]) => [
      operator,
      Object.fromEntries(Object.entries(fields).filter(([path]) => !isMeta(path))),
    ]),
  );
}

describe('a marked update', () => {
  it('by operators does to the content what the application asked for, and to the metadata only its marks', () => {
    fc.assert(
      fc.property(content, meta, operatorUpdate, (fields, _syncMeta, update) => {
        const stored = { ...fields, _syncMeta };
        const written = applyUpdate(stored, markOperatorUpdate(update, id));
        expect(contentOf(written)).toEqual(applyUpdate(fields, ownPart(update)));
        const changesNothing = Object.entries(ownPart(update)).every(
          ([operator, own]) => operator === '$setOnInsert' || Object.keys(own).length === 0,
        );
        expect(written['_syncMeta']).toEqual(changesNothing ? _syncMeta : { ...keptOf(stored), dirty: id });
      }),
    );
  });

  it('by operators inserts what the application asked for, marked', () => {
    fc.assert(
      fc.property(operatorUpdate, (update) => {
        const inserted = applyUpdate(null, markOperatorUpdate(update, id));
        expect(contentOf(inserted)).toEqual(applyUpdate(null, ownPart(update)));
        expect(inserted['_syncMeta']).toEqual({ dirty: id });
      }),
    );
  });

  it('by a pipeline does to the content what the application asked for, and to the metadata only its marks', () => {
    fc.assert(
      fc.property(content, meta, pipelineUpdate, (fields, _syncMeta, pipeline) => {
        const stored = { ...fields, _syncMeta };
        const written = applyUpdate(stored, markPipelineUpdate(pipeline, id));
        expect(contentOf(written)).toEqual(contentOf(applyUpdate(stored, pipeline)));
        expect(written['_syncMeta']).toEqual({ ...keptOf(stored), dirty: id });
      }),
    );
  });

  it('by replacement leaves the new content and the kept metadata, and nothing else', () => {
    fc.assert(
      fc.property(content, content, meta, (fields, replacement, _syncMeta) => {
        const stored = { _id: 1, ...fields, _syncMeta };
        const written = applyUpdate(stored, replacementPipeline({ _id: 1, ...replacement }, id));
        expect(written).toEqual({ _id: 1, ...replacement, _syncMeta: { ...keptOf(stored), dirty: id } });
        expect(Object.keys(written).slice(0, -1)).toEqual(['_id', ...Object.keys(replacement)]);
      }),
    );
  });

  it('leaves the application its own objects unchanged', () => {
    fc.assert(
      fc.property(operatorUpdate, pipelineUpdate, (update, pipeline) => {
        const before = structuredClone({ update, pipeline });
        markOperatorUpdate(update, id);
        markPipelineUpdate(pipeline, id);
        expect({ update, pipeline }).toEqual(before);
      }),
    );
  });
});

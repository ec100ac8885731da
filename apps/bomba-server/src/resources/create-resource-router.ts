import { Router } from 'express';
import { HttpProblem } from '../http/http-problem.js';
import { type CompiledResource } from '../models/compile-models.js';
import { mergeFields, replaceFields, type ResourceDocument } from './change-document.js';
import { parseDocumentId } from './document-id.js';
import { parseListQuery } from './list-query.js';
import { readFields } from './request-body.js';
import { createSearchFilter } from './search-filter.js';

const untouchable = ['_id', '__v', '_syncMeta', 'createdAt', 'updatedAt'];

const notFound = (): HttpProblem => new HttpProblem(404, 'There is no document with this id.');

/**
 * The routes of one resource: list and create at `/`, read, replace, change and delete at `/:id`. Changes load the
 * document and save it, so that its hooks run.
 */
export function createResourceRouter(resource: CompiledResource): Router {
  const { model, searchFields, hiddenFields = [], computedFields = [] } = resource;
  const kept = [...untouchable, ...hiddenFields, ...computedFields];
  const hidden = new Set(['__v', '_syncMeta', ...hiddenFields]);
  const present = (fields: Readonly<Record<string, unknown>>): Record<string, unknown> =>
    Object.fromEntries(Object.entries(fields).filter(([name]) => !hidden.has(name)));
  const load = async (id: unknown): Promise<ResourceDocument> => {
    const document = await model.findById(parseDocumentId(id));
    if (document === null) throw notFound();
    return document;
  };
  const save = async (document: ResourceDocument): Promise<Record<string, unknown>> =>
    present((await document.save()).toObject<Record<string, unknown>>());

  const router = Router();
  router.get('/', async (request, response) => {
    const { limit, q } = parseListQuery(request.query);
    // An ObjectId begins with the time of its making, and its index is always there.
    const newestFirst = { _id: -1 } as const;
    const found = await model.find(createSearchFilter(searchFields, q)).sort(newestFirst).limit(limit).lean();
    response.json(found.map(present));
  });
  router.post('/', async (request, response) => {
    const fields = readFields(request.body, { model, ignored: computedFields });
    if ('_id' in fields) fields['_id'] = parseDocumentId(fields['_id']);
    const document = new model(fields);
    const shown = await save(document);
    response
      .status(201)
      .location(`${request.baseUrl}/${String(document._id)}`)
      .json(shown);
  });
  router.get('/:id', async (request, response) => {
    const found = await model.findById(parseDocumentId(request.params.id)).lean();
    if (found === null) throw notFound();
    response.json(present(found));
  });
  router.put('/:id', async (request, response) => {
    const fields = readFields(request.body, { model, ignored: ['_id', ...computedFields] });
    const document = await load(request.params.id);
    replaceFields(document, fields, kept);
    response.json(await save(document));
  });
  router.patch('/:id', async (request, response) => {
    const fields = readFields(request.body, { model, ignored: ['_id', ...computedFields] });
    const document = await load(request.params.id);
    mergeFields(document, fields);
    response.json(await save(document));
  });
  router.delete('/:id', async (request, response) => {
    const { deletedCount } = await model.deleteOne({ _id: parseDocumentId(request.params.id) });
    if (deletedCount === 0) throw notFound();
    response.status(204).end();
  });
  return router;
}

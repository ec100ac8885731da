import express, { type RequestHandler } from 'express';
import { RequestRefusal } from './request-refusal.js';

/**
 * Refuses a body that is not JSON. It would be passed over otherwise, and "pause this one" without the right header
 * would mean "pause everything".
 */
const refuseOtherTypes: RequestHandler = (request, _response, next) => {
  const { 'content-length': length = '0', 'transfer-encoding': encoding } = request.headers;
  if ((length !== '0' || encoding !== undefined) && request.is('application/json') === false) {
    throw new RequestRefusal('SYNC_API_MEDIA_TYPE', 'The body is not declared as JSON.');
  }
  next();
};

/** Reads a JSON body of at most 100 kB; `request.body` stays undefined where there is none. */
export const readBody: readonly RequestHandler[] = [
  refuseOtherTypes,
  express.json({ limit: '100kb', strict: true }),
];

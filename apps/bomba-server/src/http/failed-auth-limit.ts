import { type Request, type RequestHandler } from 'express';
import { rateLimit } from 'express-rate-limit';
import { HttpProblem, sendProblem } from './http-problem.js';

const windowMs = 60_000;
const failuresPerWindow = 30;

/**
 * Slows down whoever guesses keys: an address may fail {@link failuresPerWindow} times a minute. Requests with a right
 * key and those that are not refused never count, so that nobody can lock out those who hold a key.
 */
export function createFailedAuthLimit(isAuthorized: (request: Request) => boolean): RequestHandler {
  return rateLimit({
    windowMs,
    limit: failuresPerWindow,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    skip: (request) => isAuthorized(request) || request.path.startsWith('/sync/health/'),
    skipSuccessfulRequests: true,
    requestWasSuccessful: (_request, response) => ![401, 403].includes(response.statusCode),
    handler: (_request, response) =>
      sendProblem(response, new HttpProblem(429, 'Too many requests with a wrong key: wait a minute.')),
  });
}

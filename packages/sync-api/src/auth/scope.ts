import { type Request } from 'express';

/** What a caller wants: to look, or to change something. @public */
export type Scope = 'read' | 'write';

/**
 * The host's own decision about a request, for example from its session. Only `true` lets it pass. Where it goes by
 * cookies, it has to refuse `write` requests of other origins too.
 *
 * @public
 */
export type Authorize = (request: Request, scope: Scope) => boolean | Promise<boolean>;

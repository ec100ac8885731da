/** A document as the API shows it. */
export type Shown = Readonly<Record<string, unknown>>;

/** What came back. */
export interface Answer {
  readonly status: number;
  readonly body: Shown;
  readonly location: string | null;
}

/** Speaks JSON with a server. */
export interface Client {
  get(path: string): Promise<Answer>;
  list(path: string): Promise<readonly Shown[]>;
  post(path: string, body: unknown): Promise<Answer>;
  put(path: string, body: unknown): Promise<Answer>;
  patch(path: string, body: unknown): Promise<Answer>;
  delete(path: string): Promise<Answer>;
}

/** A client of the server at this address; `key` opens it where it is given. */
export function createClient(url: string, key?: string): Client {
  const send = async (method: string, path: string, body?: unknown): Promise<Answer> => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...(key === undefined ? {} : { 'x-api-key': key }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      body: text === '' ? {} : (JSON.parse(text) as Shown),
      location: response.headers.get('location'),
    };
  };
  return {
    get: (path) => send('GET', path),
    list: async (path) => (await send('GET', path)).body as unknown as readonly Shown[],
    post: (path, body) => send('POST', path, body),
    put: (path, body) => send('PUT', path, body),
    patch: (path, body) => send('PATCH', path, body),
    delete: (path) => send('DELETE', path),
  };
}

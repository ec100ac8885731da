/** Which way bytes travel: from the client to the server, or back. */
export type Direction = 'request' | 'reply';

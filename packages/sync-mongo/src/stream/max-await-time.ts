/** How long the server waits for news on a stream before it answers with none, in ms. */
export const MAX_AWAIT_TIME_MS = 1_000;

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function passwordsIn(uri: string | undefined): readonly string[] {
  // Up to the last @: a password that was not percent-encoded may contain some.
  const password = /^[^/]*\/\/[^:]*?:(.*)@/.exec(uri ?? '')?.[1];
  return password === undefined ? [] : [password, decode(password)];
}

/** What must never be shown: passwords of the databases, as written and decoded, and the API keys. */
export function secretsIn(environment: Readonly<Record<string, string | undefined>>): readonly string[] {
  const keys = (environment['SYNC_API_KEYS'] ?? '').split(',').map((key) => key.trim());
  return [
    ...passwordsIn(environment['LOCAL_MONGODB_URI']),
    ...passwordsIn(environment['ATLAS_MONGODB_URI']),
    ...keys,
  ].filter((secret) => secret !== '');
}

import { describe, expect, it } from '@jest/globals';
import { ConfigError } from '../../../src/config/config-error.js';
import { environmentVariables } from '../../../src/config/environment-variables.js';
import { readConfig } from '../../../src/config/read-config.js';

function problemsOf(environment: Readonly<Record<string, string | undefined>>): readonly string[] {
  try {
    readConfig(environment);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

describe('readConfig', () => {
  it('needs nothing: every variable has a default', () => {
    const config = readConfig({});
    expect(Object.keys(config).sort()).toEqual(Object.keys(environmentVariables).sort());
    expect(config).toMatchObject({
      HOST: '127.0.0.1',
      PORT: 3000,
      BOMBA_OPEN_API: false,
      SYNC_ENABLED: true,
      SYNC_API_KEYS: [],
      SYNC_MAX_QUEUE_SIZE: 10_000,
      CONFLICT_RESOLUTION_STRATEGY: 'last-write-wins',
    });
    expect(config.ATLAS_MONGODB_URI).toBeUndefined();
  });

  it('takes an empty or blank value as not set', () => {
    expect(readConfig({ PORT: '', ATLAS_MONGODB_URI: '  ', SYNC_ENABLED: '' })).toEqual(readConfig({}));
  });

  it.each([
    ['NODE_ENV', 'production', 'production'],
    ['HOST', '::1', '::1'],
    ['PORT', '0', 0],
    ['LOG_LEVEL', 'debug', 'debug'],
    ['LOG_FORMAT', 'json', 'json'],
    ['BOMBA_BRANCH', 'CAI', 'CAI'],
    ['BOMBA_OPEN_API', 'true', true],
    ['BOMBA_ALLOW_INSECURE_DATABASE', 'yes', true],
    ['LOCAL_MONGODB_URI', 'mongodb://localhost:1/shop', 'mongodb://localhost:1/shop'],
    [
      'ATLAS_MONGODB_URI',
      'mongodb+srv://u:p@cluster.example.net/shop',
      'mongodb+srv://u:p@cluster.example.net/shop',
    ],
    ['SYNC_ENABLED', 'FALSE', false],
    ['SYNC_EXCLUDED_COLLECTIONS', 'sessions, logs,', ['sessions', 'logs']],
    ['SYNC_MAX_QUEUE_SIZE', '7', 7],
    ['SYNC_RETRY_BASE_MS', '8', 8],
    ['SYNC_RETRY_MAX_MS', '90000', 90_000],
    ['SYNC_API_KEYS', 'old-key,new-key', ['old-key', 'new-key']],
    ['SYNC_APPLY_LOGIC', 'never', 'never'],
    ['SYNC_MAX_DRIFT_MS', '5', 5],
    ['BIDIRECTIONAL_SYNC_ENABLED', 'off', false],
    ['BIDIRECTIONAL_EXCLUDED_COLLECTIONS', 'users', ['users']],
    ['ATLAS_CHANGE_STREAM_BATCH_SIZE', '100', 100],
    ['CHANGE_STREAM_RECONNECT_INTERVAL', '5000', 5_000],
    ['CHANGE_STREAM_MAX_RECONNECT_ATTEMPTS', '3', 3],
    ['CONFLICT_RESOLUTION_STRATEGY', 'atlas', 'atlas'],
    ['ORIGIN_TRACKING_CLEANUP_INTERVAL', '1', 1],
  ] as const)('reads %s=%s', (name, text, value) => {
    expect(readConfig({ [name]: text })[name]).toEqual(value);
  });

  it.each([
    ['NODE_ENV', 'staging'],
    ['HOST', 'http://x'],
    ['PORT', '65536'],
    ['PORT', '3000x'],
    ['LOG_LEVEL', 'loud'],
    ['LOG_FORMAT', 'xml'],
    ['BOMBA_BRANCH', 'Cairo West'],
    ['BOMBA_OPEN_API', 'maybe'],
    ['BOMBA_ALLOW_INSECURE_DATABASE', '2'],
    ['SYNC_ENABLED', 'flase'],
    ['SYNC_EXCLUDED_COLLECTIONS', '$cmd'],
    ['SYNC_MAX_QUEUE_SIZE', '0'],
    ['SYNC_RETRY_BASE_MS', '-5'],
    ['SYNC_RETRY_MAX_MS', '1e3'],
    ['SYNC_APPLY_LOGIC', 'sometimes'],
    ['SYNC_MAX_DRIFT_MS', '99999999999'],
    ['BIDIRECTIONAL_SYNC_ENABLED', 'no way'],
    ['BIDIRECTIONAL_EXCLUDED_COLLECTIONS', 'a,$b'],
    ['ATLAS_CHANGE_STREAM_BATCH_SIZE', '1.5'],
    ['CHANGE_STREAM_RECONNECT_INTERVAL', 'soon'],
    ['CHANGE_STREAM_MAX_RECONNECT_ATTEMPTS', 'many'],
    ['CONFLICT_RESOLUTION_STRATEGY', 'first-write-wins'],
    ['ORIGIN_TRACKING_CLEANUP_INTERVAL', '0'],
  ])('refuses %s=%s, naming the variable, what it must be and what it is', (name, text) => {
    expect(problemsOf({ [name]: text })).toEqual([
      expect.stringMatching(new RegExp(`^${name}: must be .+, not "`)),
    ]);
    expect(problemsOf({ [name]: text })[0]).toContain(JSON.stringify(text));
  });

  it('reports all mistakes at once', () => {
    const problems = problemsOf({
      NODE_ENV: 'staging',
      PORT: 'abc',
      LOCAL_MONGODB_URI: 'postgres://localhost/x',
      ATLAS_MONGODB_URI: 'mongodb://db.example.net/x',
      SYNC_RETRY_BASE_MS: '9000',
      SYNC_RETRY_MAX_MS: '10',
      SYNC_ENABELD: 'true',
    });
    expect(problems.map((problem) => problem.split(':')[0])).toEqual([
      'NODE_ENV',
      'PORT',
      'LOCAL_MONGODB_URI',
      'ATLAS_MONGODB_URI',
      'SYNC_RETRY_BASE_MS',
      'SYNC_ENABELD',
    ]);
  });

  it('does not complain twice about one wrong value', () => {
    expect(problemsOf({ BOMBA_OPEN_API: 'maybe', HOST: '0.0.0.0' })).toHaveLength(1);
  });

  it('never repeats a secret, however wrong it is', () => {
    const canary = 'canary-p4ss';
    const problems = problemsOf({
      LOCAL_MONGODB_URI: `mongodb://user:${canary}@@host:99999999/x?bad=1`,
      ATLAS_MONGODB_URI: `mongodb://user:${canary}@db.example.net/x?tlsInsecure=true`,
      SYNC_API_KEYS: `${canary} with spaces`,
    });
    expect(problems).toHaveLength(4);
    expect(problems.join('\n')).not.toContain(canary);
  });

  it('keeps an open API on this machine', () => {
    expect(problemsOf({ BOMBA_OPEN_API: 'true', HOST: '0.0.0.0' })).toEqual([
      expect.stringContaining('HOST=127.0.0.1'),
    ]);
    expect(problemsOf({ BOMBA_OPEN_API: 'true', HOST: 'localhost' })).toEqual([]);
  });

  it('refuses to sync a database with itself', () => {
    const uri = 'mongodb://127.0.0.1:27017/bomba';
    expect(problemsOf({ LOCAL_MONGODB_URI: uri, ATLAS_MONGODB_URI: `${uri}?directConnection=true` })).toEqual(
      [expect.stringContaining('same database')],
    );
    expect(
      problemsOf({ LOCAL_MONGODB_URI: uri, ATLAS_MONGODB_URI: 'mongodb://127.0.0.1:27018/bomba' }),
    ).toEqual([]);
  });

  it('refuses the switch for tests in production, and a Node without TLS checks', () => {
    expect(problemsOf({ BOMBA_ALLOW_INSECURE_DATABASE: 'true', NODE_ENV: 'production' })).toHaveLength(1);
    expect(problemsOf({ NODE_TLS_REJECT_UNAUTHORIZED: '0' })).toHaveLength(1);
  });
});

import convict from 'convict';
import { findContradictions } from './check-values.js';
import { ConfigError } from './config-error.js';
import { type ServerConfig, environmentVariables, type VariableName } from './environment-variables.js';
import { registerFormats } from './formats.js';
import { findUnknownVariables } from './unknown-variables.js';

registerFormats();

/** Every variable is named like its setting, and none is repeated by convict: our formats quote what is not secret. */
const schema = Object.fromEntries(
  Object.entries(environmentVariables).map(([env, variable]) => [env, { ...variable, env, sensitive: true }]),
) as unknown as convict.Schema<ServerConfig>;

function findWrongValues(config: convict.Config<ServerConfig>): readonly string[] {
  try {
    config.validate({ allowed: 'strict' });
    return [];
  } catch (error) {
    return (error instanceof Error ? error.message : String(error)).split('\n');
  }
}

/**
 * Reads the environment. An empty value counts as not set.
 *
 * @throws ConfigError with all mistakes at once.
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): ServerConfig {
  const env = Object.fromEntries(
    Object.entries(environment)
      .map(([name, value]) => [name, value?.trim()] as const)
      .filter(([, value]) => value !== undefined && value !== ''),
  );
  const config = convict(schema, { env, args: [] });
  const wrong = findWrongValues(config);
  // So that a wrong value does not cause a second complaint.
  for (const problem of wrong) config.reset(problem.slice(0, problem.indexOf(':')) as VariableName);
  const values = config.getProperties();
  const problems = [...wrong, ...findContradictions(values, env), ...findUnknownVariables(env)];
  if (problems.length > 0) throw new ConfigError(problems);
  return Object.freeze(values);
}

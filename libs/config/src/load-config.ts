import 'reflect-metadata';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { Config, SETTINGS } from './config.js';
import { loadDotEnv } from './dot-env.js';

/** The environment does not fit. `problems` has one readable line per wrong setting. */
export class ConfigError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'ConfigError';
  }
}

/** Which process is starting: the standalone one can start its own PostgreSQL and Redis, the others cannot. */
export type Role = 'standalone' | 'api' | 'worker' | 'migrate';

const NEEDED: Record<Role, readonly (keyof typeof SETTINGS)[]> = {
  standalone: [],
  api: ['databaseUrl', 'redisUrl', 'apiKey'],
  worker: ['databaseUrl', 'redisUrl'],
  migrate: ['databaseUrl'],
};

const HINTS: Partial<Record<keyof typeof SETTINGS, string>> = {
  databaseUrl: 'must be set, e.g. postgres://user:password@host:5432/database',
  redisUrl: 'must be set, e.g. redis://host:6379',
  apiKey: 'must be set to the administrator’s key; a good one: openssl rand -hex 32',
};

/** The ports that a role opens on one machine, where each must be another. */
const PORTS: Record<Role, readonly ('port' | 'metricsPort' | 'workerMetricsPort')[]> = {
  standalone: ['port', 'metricsPort', 'workerMetricsPort'],
  api: ['port', 'metricsPort'],
  worker: [],
  migrate: [],
};

/** Values that must not be repeated in a log or on a terminal. */
const SECRET: readonly string[] = [SETTINGS.apiKey, SETTINGS.databaseUrl, SETTINGS.redisUrl, SETTINGS.otlpHeaders];

/**
 * Turns the environment into the one frozen Config. An empty variable counts as unset.
 * @throws ConfigError with a line per wrong setting
 */
export function loadConfig(environment: NodeJS.ProcessEnv, role: Role = 'standalone'): Config {
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value?.trim()));
  const config = plainToInstance(Config, set, { excludeExtraneousValues: true, exposeDefaultValues: true });
  const problems = validateSync(config, { stopAtFirstError: true }).map(({ property, constraints }) => {
    const name = SETTINGS[property as keyof typeof SETTINGS];
    const got = SECRET.includes(name) ? '' : `, got "${set[name] ?? ''}"`;
    return `${name}: ${Object.values(constraints ?? {}).join('; ')}${got}`;
  });
  for (const field of neededBy(role, config)) {
    if (config[field] === null) problems.push(`${SETTINGS[field]}: ${HINTS[field] ?? 'must be set'}`);
  }
  problems.push(...clashes(PORTS[role], config));
  // A wrong one has its line already.
  if (problems.length === 0) problems.push(...tooShortAnEnd(config));
  if (problems.length > 0) throw new ConfigError(problems);
  return Object.freeze(config);
}

/** With both services outside, the standalone process is a plain deployment and must be given its key. */
function neededBy(role: Role, config: Config): readonly (keyof typeof SETTINGS)[] {
  return role === 'standalone' && config.databaseUrl && config.redisUrl ? ['apiKey'] : NEEDED[role];
}

/** A line for each port that an earlier setting has already. */
function clashes(fields: (typeof PORTS)[Role], config: Config): readonly string[] {
  return fields.flatMap((field, at) => {
    // 0 takes a free one.
    const first = fields.slice(0, at).find((other) => config[other] === config[field] && config[field]);
    if (first === undefined) return [];
    return [`${SETTINGS[field]}: is ${config[field]}, as ${SETTINGS[first]} is; each needs a port of its own`];
  });
}

/** What is under way when the drain is over needs time of its own. */
function tooShortAnEnd({ drainMilliseconds, shutdownMilliseconds, shutdownSeconds }: Config): readonly string[] {
  if (shutdownMilliseconds > drainMilliseconds) return [];
  const drain = `${SETTINGS.drainSeconds}, which is ${drainMilliseconds / 1_000}`;
  return [`${SETTINGS.shutdownSeconds}: must be more than ${drain}, got "${shutdownSeconds}"`];
}

/** For a `main.ts`: the Config, `.env` included; or the problems on stderr, a line each, and exit code 1. */
export function loadConfigOrExit(role: Role): Config {
  try {
    loadDotEnv();
    return loadConfig(process.env, role);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    for (const problem of error.problems) console.error(problem);
    process.exit(1);
  }
}

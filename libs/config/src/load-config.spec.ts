import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { SETTINGS } from './config.js';
import { ConfigError, loadConfig, type Role } from './load-config.js';

const problemsOf = (environment: NodeJS.ProcessEnv, role?: Role): readonly string[] => {
  try {
    loadConfig(environment, role);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
  }
  return [];
};

describe('loadConfig', () => {
  it('has defaults that need nothing', () => {
    const config = loadConfig({});
    expect(config).toMatchObject({ port: 3000, fraudThreshold: 50, apiKey: null, databaseUrl: null, logLevel: 'log' });
    expect(config.datasets).toBe(`${config.dataDir}/datasets`);
    expect(Object.isFrozen(config)).toBe(true);
  });

  it('reads numbers, lists and paths, and takes an empty variable as unset', () => {
    const config = loadConfig({
      PORT: '8080',
      FRAUD_THRESHOLD: '',
      DATASET_HOSTS_ALLOWED: 'a.example, 127.0.0.1',
      DATASETS_DIR: '/srv/sets',
    });
    expect(config).toMatchObject({ port: 8080, fraudThreshold: 50, datasets: '/srv/sets' });
    expect(config.datasetHostsAllowed).toEqual(['a.example', '127.0.0.1']);
  });

  it('gives one line per wrong setting, naming it, its range and what was found', () => {
    expect(problemsOf({ PORT: 'http', FRAUD_THRESHOLD: '101', LOG_LEVEL: 'loud' })).toEqual([
      'PORT: must be a whole number from 0 to 65535, got "http"',
      'FRAUD_THRESHOLD: must be a whole number from 0 to 100, got "101"',
      'LOG_LEVEL: must be one of fatal, error, warn, log, debug, verbose, got "loud"',
    ]);
  });

  it('takes a share from 0 to 1', () => {
    expect(loadConfig({ OTEL_TRACES_SAMPLER_ARG: '0.05' }).tracesKept).toBe(0.05);
    for (const wrong of ['1.5', '-0.1', '5%', '1e-2', '.']) {
      expect(problemsOf({ OTEL_TRACES_SAMPLER_ARG: wrong })).toEqual([
        `OTEL_TRACES_SAMPLER_ARG: must be a number from 0 to 1, e.g. 0.01, got "${wrong}"`,
      ]);
    }
  });

  it('names two settings that want the same port, where one machine would open both', () => {
    expect(problemsOf({ METRICS_PORT: '3000' })).toEqual([
      'METRICS_PORT: is 3000, as PORT is; each needs a port of its own',
    ]);
    const metrics = { METRICS_PORT: '9464', WORKER_METRICS_PORT: '9464' };
    expect(problemsOf(metrics)).toEqual([
      'WORKER_METRICS_PORT: is 9464, as METRICS_PORT is; each needs a port of its own',
    ]);
    const services = { DATABASE_URL: 'postgres://h/d', REDIS_URL: 'redis://h', API_KEY: 'abcdefgh' };
    expect(problemsOf({ ...services, ...metrics }, 'api')).toEqual([]);
    expect(problemsOf({ ...services, ...metrics, PORT: '9464' }, 'api')).toHaveLength(1);
    expect(problemsOf({ ...services, ...metrics, PORT: '9464' }, 'worker')).toEqual([]);
    expect(problemsOf({ PORT: '0' })).toEqual([]);
  });

  it('wants an end that is longer than the drain', () => {
    expect(loadConfig({})).toMatchObject({ webConcurrency: 1, keepAliveSeconds: 75, shutdownMilliseconds: 25_000 });
    expect(loadConfig({ DRAIN_SECONDS: '24' })).toMatchObject({ drainMilliseconds: 24_000 });
    expect(problemsOf({ DRAIN_SECONDS: '25' })).toEqual([
      'SHUTDOWN_SECONDS: must be more than DRAIN_SECONDS, which is 25, got "25"',
    ]);
    expect(problemsOf({ NODE_ENV: 'production', SHUTDOWN_SECONDS: '5' })).toEqual([
      'SHUTDOWN_SECONDS: must be more than DRAIN_SECONDS, which is 5, got "5"',
    ]);
    expect(problemsOf({ SHUTDOWN_SECONDS: '0' })).toEqual([
      'SHUTDOWN_SECONDS: must be a whole number from 1 to 3600, got "0"',
    ]);
  });

  it('takes headers as OpenTelemetry writes them', () => {
    for (const right of ['x-key=abc', 'Authorization=Basic%20YTpi==, x-tenant = a b,', 'a=b;c']) {
      expect(problemsOf({ OTEL_EXPORTER_OTLP_HEADERS: right })).toEqual([]);
    }
    for (const wrong of ['secret', 'x-key: secret', '=secret', 'x-key=secret,other', 'x-key=']) {
      expect(problemsOf({ OTEL_EXPORTER_OTLP_HEADERS: wrong })).toEqual([
        'OTEL_EXPORTER_OTLP_HEADERS: must look like name=value,other-name=value',
      ]);
    }
  });

  it('never repeats a secret', () => {
    const problems = problemsOf({ API_KEY: 'with space', DATABASE_URL: 'mysql://u:pass@h/d' });
    expect(problems).toHaveLength(2);
    expect(problems.join()).not.toMatch(/with space|pass@/);
  });

  it('names what a role needs', () => {
    expect(problemsOf({}, 'api').map((line) => line.split(':')[0])).toEqual(['DATABASE_URL', 'REDIS_URL', 'API_KEY']);
    expect(problemsOf({}, 'worker').map((line) => line.split(':')[0])).toEqual(['DATABASE_URL', 'REDIS_URL']);
    expect(problemsOf({}, 'migrate').map((line) => line.split(':')[0])).toEqual(['DATABASE_URL']);
    expect(problemsOf({ DATABASE_URL: 'postgres://h/d', REDIS_URL: 'redis://h' })[0]).toMatch(/^API_KEY: must be set/);
  });

  it('is documented in .env.example, every setting of it and nothing else', () => {
    const documented = [...readFileSync('.env.example', 'utf8').matchAll(/^#? ?([A-Z_]+)=/gm)].map(([, name]) => name);
    expect(documented.sort()).toEqual(Object.values(SETTINGS).sort());
  });

  it('is documented in the README, every setting of it', () => {
    const readme = readFileSync('README.md', 'utf8');
    expect(Object.values(SETTINGS).filter((name) => !readme.includes(`\`${name}\``))).toEqual([]);
  });
});

import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { applyDecorators } from '@nestjs/common';
import { Expose, Transform, type TransformFnParams } from 'class-transformer';
import { IsIn, IsInt, IsNumber, IsOptional, IsString, Matches, Max, MaxLength, Min, ValidateBy } from 'class-validator';

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'log', 'debug', 'verbose'] as const;
/** The largest rate limit: what the database's column holds, in round numbers. */
export const MAX_RATE_LIMIT = 2_000_000_000;

export type LogLevel = (typeof LOG_LEVELS)[number];

/** Whether an answer waits for the commit of its decision. */
export const DECISION_LOGS = ['durable', 'async'] as const;
export type DecisionLogMode = (typeof DECISION_LOGS)[number];

/** The name of the environment variable behind each field. */
export const SETTINGS = {
  environment: 'NODE_ENV',
  host: 'HOST',
  port: 'PORT',
  webConcurrency: 'WEB_CONCURRENCY',
  keepAliveSeconds: 'KEEP_ALIVE_SECONDS',
  apiKey: 'API_KEY',
  databaseUrl: 'DATABASE_URL',
  redisUrl: 'REDIS_URL',
  dataDir: 'DATA_DIR',
  datasetsDir: 'DATASETS_DIR',
  datasetHostsAllowed: 'DATASET_HOSTS_ALLOWED',
  datasetMaxMebibytes: 'DATASET_MAX_MIB',
  rateLimitPerMinute: 'RATE_LIMIT_PER_MINUTE',
  fraudThreshold: 'FRAUD_THRESHOLD',
  decisionLog: 'DECISION_LOG',
  decisionRetentionDays: 'DECISION_RETENTION_DAYS',
  trainingThreads: 'TRAINING_THREADS',
  xgboostLibrary: 'XGBOOST_LIBRARY',
  drainSeconds: 'DRAIN_SECONDS',
  shutdownSeconds: 'SHUTDOWN_SECONDS',
  logLevel: 'LOG_LEVEL',
  metricsHost: 'METRICS_HOST',
  metricsPort: 'METRICS_PORT',
  workerMetricsPort: 'WORKER_METRICS_PORT',
  otlpEndpoint: 'OTEL_EXPORTER_OTLP_ENDPOINT',
  otlpHeaders: 'OTEL_EXPORTER_OTLP_HEADERS',
  tracesKept: 'OTEL_TRACES_SAMPLER_ARG',
} as const;

const path = (): PropertyDecorator =>
  Transform(({ value }: TransformFnParams): unknown => (typeof value === 'string' ? resolve(value) : value));

const list = (): PropertyDecorator =>
  Transform(({ value }: TransformFnParams): unknown =>
    typeof value === 'string'
      ? value
          .split(',')
          .map((item) => item.trim())
          .filter(Boolean)
      : value,
  );

/** A URL that begins so, and that every library will be able to take apart. */
function UrlOf(scheme: RegExp, options: { message: string }): PropertyDecorator {
  const validate = (value: unknown): boolean => typeof value === 'string' && scheme.test(value) && URL.canParse(value);
  return ValidateBy({ name: 'isUrlOf', validator: { validate } }, options);
}

function WholeNumber(low: number, high: number): PropertyDecorator {
  const message = `must be a whole number from ${low} to ${high}`;
  return applyDecorators(
    Transform(({ value }: TransformFnParams): unknown =>
      typeof value === 'string' && /^-?\d+$/.test(value.trim()) ? Number(value) : value,
    ),
    IsInt({ message }),
    Min(low, { message }),
    Max(high, { message }),
  );
}

function Share(): PropertyDecorator {
  const message = 'must be a number from 0 to 1, e.g. 0.01';
  return applyDecorators(
    Transform(({ value }: TransformFnParams): unknown =>
      typeof value === 'string' && /^\d+(\.\d+)?$/.test(value.trim()) ? Number(value) : value,
    ),
    IsNumber({}, { message }),
    Min(0, { message }),
    Max(1, { message }),
  );
}

/** Everything the processes are told from outside: read once, validated, frozen. */
export class Config {
  @Expose({ name: SETTINGS.environment })
  @IsIn(['development', 'production', 'test'], { message: 'must be development, production or test' })
  readonly environment: string = 'development';

  /** The address the API listens on. */
  @Expose({ name: SETTINGS.host })
  @IsString()
  readonly host: string = '0.0.0.0';

  /** The API's port; 0 takes a free one. */
  @Expose({ name: SETTINGS.port })
  @WholeNumber(0, 65535)
  readonly port: number = 3000;

  /** How many API processes share the port. */
  @Expose({ name: SETTINGS.webConcurrency })
  @WholeNumber(1, 256)
  readonly webConcurrency: number = 1;

  /** For how long the API keeps a connection on which nothing comes: longer than load balancers in front do. */
  @Expose({ name: SETTINGS.keepAliveSeconds })
  @WholeNumber(1, 3600)
  readonly keepAliveSeconds: number = 75;

  /** The first administrator's key, as clients send it. */
  @Expose({ name: SETTINGS.apiKey })
  @IsOptional()
  @MaxLength(512, { message: 'must have at most 512 characters' })
  @Matches(/^[\x21-\x7e]+$/, { message: 'must be printable ASCII without spaces, since it travels in a header' })
  readonly apiKey: string | null = null;

  @Expose({ name: SETTINGS.databaseUrl })
  @IsOptional()
  @UrlOf(/^postgres(ql)?:\/\/./, { message: 'must look like postgres://user:password@host:5432/database' })
  readonly databaseUrl: string | null = null;

  @Expose({ name: SETTINGS.redisUrl })
  @IsOptional()
  @UrlOf(/^rediss?:\/\/./, { message: 'must look like redis://:password@host:6379/0' })
  readonly redisUrl: string | null = null;

  /** Where the embedded services keep their data. */
  @Expose({ name: SETTINGS.dataDir })
  @path()
  @IsString()
  readonly dataDir: string = resolve('.data');

  /** Where training files are kept; API and workers must both reach it. Unset: `datasets` in the data directory. */
  @Expose({ name: SETTINGS.datasetsDir })
  @path()
  @IsOptional()
  @IsString()
  readonly datasetsDir: string | null = null;

  /** Hosts that training links may name although their address is not public. */
  @Expose({ name: SETTINGS.datasetHostsAllowed })
  @list()
  readonly datasetHostsAllowed: readonly string[] = [];

  @Expose({ name: SETTINGS.datasetMaxMebibytes })
  @WholeNumber(1, 1_000_000)
  readonly datasetMaxMebibytes: number = 2048;

  /** Requests that a key may send in a minute, over all API processes together, unless it has a limit of its own. */
  @Expose({ name: SETTINGS.rateLimitPerMinute })
  @WholeNumber(0, MAX_RATE_LIMIT)
  readonly rateLimitPerMinute: number = 600_000;

  /** The score (0–100) from which a transaction is called fraud. */
  @Expose({ name: SETTINGS.fraudThreshold })
  @WholeNumber(0, 100)
  readonly fraudThreshold: number = 50;

  /** `durable`: an answer leaves after its decision is committed; `async`: before. */
  @Expose({ name: SETTINGS.decisionLog })
  @IsIn(DECISION_LOGS, { message: `must be ${DECISION_LOGS.join(' or ')}` })
  readonly decisionLog: DecisionLogMode = 'durable';
  /** Decisions that are older are dropped, a whole partition at a time. Unset: none is. */
  @Expose({ name: SETTINGS.decisionRetentionDays })
  @WholeNumber(1, 36_500)
  @IsOptional()
  readonly decisionRetentionDays: number | null = null;

  @Expose({ name: SETTINGS.trainingThreads })
  @WholeNumber(1, 256)
  readonly trainingThreads: number = availableParallelism();

  @Expose({ name: SETTINGS.xgboostLibrary })
  @path()
  @IsOptional()
  @IsString()
  readonly xgboostLibrary: string | null = null;

  /** How long the API goes on answering once it is told to end. Unset: 5 in production, otherwise 0. */
  @Expose({ name: SETTINGS.drainSeconds })
  @WholeNumber(0, 600)
  @IsOptional()
  readonly drainSeconds: number | null = null;

  /** How long the end of an API or worker process takes at most, `DRAIN_SECONDS` included. */
  @Expose({ name: SETTINGS.shutdownSeconds })
  @WholeNumber(1, 3600)
  readonly shutdownSeconds: number = 25;

  @Expose({ name: SETTINGS.logLevel })
  @IsIn(LOG_LEVELS, { message: `must be one of ${LOG_LEVELS.join(', ')}` })
  readonly logLevel: LogLevel = 'log';

  /** The address on which the ports for metrics listen: they ask for no key. */
  @Expose({ name: SETTINGS.metricsHost })
  @IsString()
  readonly metricsHost: string = '127.0.0.1';

  /** Where the API's metrics are, besides its own port, which asks for a key. */
  @Expose({ name: SETTINGS.metricsPort })
  @IsOptional()
  @WholeNumber(1, 65535)
  readonly metricsPort: number | null = null;

  /** Where the worker's metrics are. */
  @Expose({ name: SETTINGS.workerMetricsPort })
  @IsOptional()
  @WholeNumber(1, 65535)
  readonly workerMetricsPort: number | null = null;

  /** Where spans are sent, e.g. an OpenTelemetry collector. */
  @Expose({ name: SETTINGS.otlpEndpoint })
  @IsOptional()
  @UrlOf(/^https?:\/\/./, { message: 'must look like http://collector:4318' })
  readonly otlpEndpoint: string | null = null;

  /** What is sent along with spans, e.g. a collector's key. Only checked here: OpenTelemetry reads it by itself. */
  @Expose({ name: SETTINGS.otlpHeaders })
  @IsOptional()
  @Matches(/^( *[\w.-]+ *= *[!-+\--~][ -+\--~]*(,|$))+$/, { message: 'must look like name=value,other-name=value' })
  readonly otlpHeaders: string | null = null;

  /** The share of the traces that begin here of which spans are sent. */
  @Expose({ name: SETTINGS.tracesKept })
  @Share()
  readonly tracesKept: number = 1;

  get production(): boolean {
    return this.environment === 'production';
  }

  /** In production a load balancer is in front, which must hear that the process ends before its port is closed. */
  get drainMilliseconds(): number {
    return (this.drainSeconds ?? (this.production ? 5 : 0)) * 1_000;
  }

  get shutdownMilliseconds(): number {
    return this.shutdownSeconds * 1_000;
  }

  /** The directory of training files. */
  get datasets(): string {
    return this.datasetsDir ?? resolve(this.dataDir, 'datasets');
  }
}

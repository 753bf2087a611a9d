export { type Claim, claimDataDir, DataDirTakenError } from './claim.js';
export { EmbeddedServiceError, type EmbeddedService } from './embedded-service.js';
export { freePort, tryToListen } from './ports.js';
export { type PostgresOptions, startPostgres } from './postgres/postgres.js';
export { type RedisOptions, startRedis } from './redis/redis.js';

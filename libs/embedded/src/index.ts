export { type Claim, claimDataDir, DataDirTakenError } from './claim.js';
export { EmbeddedServiceError, type EmbeddedService } from './embedded-service.js';
export { freePort, tryToListen } from './ports.js';
export { startPostgres } from './postgres/postgres.js';
export { startRedis } from './redis/redis.js';

import type { PostgresDataSourceOptions } from 'typeorm/driver/postgres/PostgresDataSourceOptions.js';
import { MIGRATIONS } from './migrations/index.js';

/** How this product opens its database; entities come from the feature modules (`autoLoadEntities`). */
export function dataSourceOptions(url: string, applicationName: string): PostgresDataSourceOptions {
  return {
    type: 'postgres',
    url,
    applicationName,
    migrations: [...MIGRATIONS],
    migrationsTableName: 'migrations',
    synchronize: false,
    poolSize: 10,
    connectTimeoutMS: 5_000,
    extra: { options: '-c timezone=UTC' },
  };
}

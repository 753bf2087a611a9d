import { type DynamicModule, Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Config } from '@app/config';
import { dataSourceOptions } from './data-source-options.js';
import { IMPATIENT } from './impatient-pool.js';
import { Notifications } from './notifications.js';

/** The connection pool of a process, and the channel on which processes tell each other of changes. */
@Global()
@Module({})
export class DatabaseModule {
  static forRoot(applicationName: string): DynamicModule {
    return {
      module: DatabaseModule,
      imports: [
        TypeOrmModule.forRootAsync({
          inject: [Config],
          useFactory: (config: Config) => {
            const options = dataSourceOptions(config.databaseUrl ?? '', applicationName);
            return {
              ...options,
              extra: { ...options.extra, ...IMPATIENT },
              autoLoadEntities: true,
              retryAttempts: 3,
              retryDelay: 1_000,
            };
          },
        }),
      ],
      providers: [Notifications],
      exports: [Notifications],
    };
  }
}

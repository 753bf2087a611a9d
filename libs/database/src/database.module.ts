import type { Socket } from 'node:net';
import { type DynamicModule, Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Config } from '@app/config';
import { dataSourceOptions } from './data-source-options.js';
import { impatientSocket } from './impatient-socket.js';
import { Notifications } from './notifications.js';

/** No statement of a running process takes so long without a word; those of a migration may. */
const SILENCE_MILLISECONDS = 6_000;
/** Less than that: an idle connection is closed in order before it is taken for broken. */
const IDLE_MILLISECONDS = 5_000;

/** The one connection pool of a process, and the channel on which processes tell each other of changes. */
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
            const stream = (): Socket => impatientSocket(SILENCE_MILLISECONDS);
            return {
              ...options,
              extra: { ...options.extra, idleTimeoutMillis: IDLE_MILLISECONDS, stream },
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

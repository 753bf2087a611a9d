import { type DynamicModule, Global, Module } from '@nestjs/common';
import { Config } from '@app/config';
import { Metrics } from './metrics.js';
import { Tracing } from './trace/tracing.js';

/** What a process tells of itself: every lib counts in one Metrics, and the work that matters is traced. */
@Global()
@Module({})
export class MetricsModule {
  /**
   * @param service the name that its spans carry
   * @param metrics this process's, which may be served before the modules are there
   */
  static forRoot(service: string, metrics: Metrics): DynamicModule {
    return {
      module: MetricsModule,
      providers: [
        { provide: Metrics, useValue: metrics },
        { provide: Tracing, inject: [Config], useFactory: (config: Config) => Tracing.start(config, service) },
      ],
      exports: [Metrics, Tracing],
    };
  }
}

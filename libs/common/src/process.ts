import { ConsoleLogger, Logger, type INestApplicationContext } from '@nestjs/common';
import { type Config, LOG_LEVELS } from '@app/config';

/** Nest's own account of how it wires modules and routes: for whoever debugs a start, noise for all others. */
const WIRING: ReadonlySet<unknown> = new Set(['InstanceLoader', 'NestFactory', 'RouterExplorer', 'RoutesResolver']);

class QuietLogger extends ConsoleLogger {
  override log(message: unknown, ...rest: unknown[]): void {
    if (WIRING.has(rest.at(-1))) super.debug(message, ...rest);
    else super.log(message, ...rest);
  }

  protected override getTimestamp(): string {
    return new Date().toISOString();
  }
}

/** JSON lines in production, readable lines otherwise. */
export function logger({ production, logLevel }: Pick<Config, 'production' | 'logLevel'>): ConsoleLogger {
  const logLevels = LOG_LEVELS.slice(0, LOG_LEVELS.indexOf(logLevel) + 1);
  // What is given beside the message is a member of the line, as in those of requests.
  return new QuietLogger({ json: production, flattenParams: true, logLevels });
}

/** A child of the standalone process must not outlive it: when the channel to the parent breaks, it shuts down. */
export function exitWithParent(application: INestApplicationContext): void {
  process.on('disconnect', () => {
    void application.close().finally(() => process.exit(0));
  });
}

/** What is under way has so long to end once the process is told to; then it ends anyway. */
const SHUTDOWN_MILLISECONDS = 20_000;

/**
 * A client that dawdles, or a Redis that hangs, must not keep a process from ending.
 * @param drainMilliseconds how long it goes on as before once it is told to end
 */
export function endInTime(drainMilliseconds = 0): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      setTimeout(() => process.exit(1), drainMilliseconds + SHUTDOWN_MILLISECONDS).unref();
      // Connections that break while everything closes are no reason to end badly.
      process.on('uncaughtException', (error) => {
        new Logger('Shutdown').warn(error.message);
      });
    });
  }
}

/** Tells the parent process, if there is one, how far the start has come. */
export function tellParent(message: object): void {
  process.send?.(message);
}

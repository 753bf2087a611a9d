import { setTimeout as delay } from 'node:timers/promises';
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

/** What tells a process to end. */
export const ENDING_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** For what is asked about once the time is over. */
const LAST_WORD_MILLISECONDS = 200;

/**
 * A process that is told to end is gone within SHUTDOWN_SECONDS: a client that dawdles, or a Redis that hangs, must not
 * keep it. One that outlives its parent ends, too: what `npm start` has begun shall not stay.
 * @param unfinished what was under way when the time was over, for the log; asked for only then
 */
export function endInTime(
  application: INestApplicationContext,
  { shutdownSeconds, shutdownMilliseconds }: Pick<Config, 'shutdownSeconds' | 'shutdownMilliseconds'>,
  unfinished: () => string | Promise<string>,
): void {
  let begun = false;
  const giveUp = async (): Promise<void> => {
    const late = delay(LAST_WORD_MILLISECONDS, 'what was under way');
    const what = await Promise.race([Promise.resolve().then(unfinished), late]).catch(() => 'what was under way');
    new Logger('Shutdown').error(`gave up after ${shutdownSeconds} s (SHUTDOWN_SECONDS): ${what}`);
    process.exit(1);
  };
  const begin = (): void => {
    if (begun) return;
    begun = true;
    setTimeout(() => void giveUp(), shutdownMilliseconds).unref();
    // Connections that break while everything closes are no reason to end badly.
    process.on('uncaughtException', (error) => {
      new Logger('Shutdown').warn(error.message);
    });
  };
  for (const signal of ENDING_SIGNALS) process.once(signal, begin);
  process.once('disconnect', () => {
    begin();
    void application.close().finally(() => process.exit(0));
  });
}

/** Tells the parent process, if there is one, how far the start has come. */
export function tellParent(message: object): void {
  process.send?.(message);
}

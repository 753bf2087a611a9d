import type { Config } from '@app/config';
import { errorMessage } from './error-text.js';

/** Why a server could not listen, in one line that says what to set, by the names of its settings. */
export function whyNotListening(
  error: unknown,
  { host, port }: Pick<Config, 'host' | 'port'>,
  names = { host: 'HOST', port: 'PORT' },
): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'EADDRINUSE':
      return `Port ${port} is taken by another program: set ${names.port} to a free one${names.port === 'PORT' ? ' (0 takes any)' : ''}.`;
    case 'EACCES':
      return `Port ${port} is not for this user to open: set ${names.port} to one above 1023.`;
    case 'EADDRNOTAVAIL':
    case 'EAFNOSUPPORT':
    case 'EAI_AGAIN':
    case 'EINVAL':
    case 'ENOTFOUND':
      return `${names.host}: "${host}" is no address of this machine: set it to 127.0.0.1, to 0.0.0.0 for all, or to one it has.`;
    default:
      return `Cannot listen on ${host}, port ${port}: ${errorMessage(error)}`;
  }
}

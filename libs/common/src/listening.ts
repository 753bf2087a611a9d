import type { Config } from '@app/config';
import { errorMessage } from './error-text.js';

/** Why a server could not listen, in one line that says what to set. */
export function whyNotListening(error: unknown, { host, port }: Pick<Config, 'host' | 'port'>): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'EADDRINUSE':
      return `Port ${port} is taken by another program: set PORT to a free one (0 takes any).`;
    case 'EACCES':
      return `Port ${port} is not for this user to open: set PORT to one above 1023.`;
    case 'EADDRNOTAVAIL':
    case 'EAFNOSUPPORT':
    case 'EAI_AGAIN':
    case 'EINVAL':
    case 'ENOTFOUND':
      return `HOST: "${host}" is no address of this machine: set it to 127.0.0.1, to 0.0.0.0 for all, or to one it has.`;
    default:
      return `Cannot listen on ${host}, port ${port}: ${errorMessage(error)}`;
  }
}

import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { DatasetError } from './dataset-error.js';

export interface ResolvedAddress {
  readonly address: string;
  readonly family: 4 | 6;
}

/** What the DNS and the machine's own names say of a host: all its addresses. */
export type Lookup = (host: string) => Promise<readonly { readonly address: string; readonly family: number }[]>;

const systemLookup: Lookup = (host) => lookup(host, { all: true });

const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * True for an address of the public internet: not private, loopback, link-local, shared, reserved, multicast, nor
 * IPv6 that carries an IPv4 address to a translator (6to4, Teredo, NAT64).
 */
export function isPublicAddress(address: string): boolean {
  const parsed = ipaddr.process(address);
  if (parsed.range() !== 'unicast') return false;
  // All that is ever routed lies in 2000::/3; `::127.0.0.1` and the retired site-local range do not.
  return parsed.kind() === 'ipv4' || parsed.match(GLOBAL_UNICAST);
}

/** The host of a URL without the brackets of an IPv6 address. */
function bareHost(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, '$1');
}

/**
 * The addresses to connect to for a link: its host is resolved here once, and the connection must go to one of these
 * and nowhere else, or a second answer of the DNS could lead inside.
 * @param hostsAllowed names or addresses that need not be public, each for every port or as `host:port`
 * @param ask the system's own resolver unless told
 * @throws DatasetError `unreachable` when the name does not resolve, `forbidden_address`
 */
export async function resolvePublic(
  url: URL,
  hostsAllowed: readonly string[],
  ask: Lookup = systemLookup,
): Promise<ResolvedAddress[]> {
  const host = bareHost(url);
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  const allowed = new Set(hostsAllowed.map((entry) => entry.trim().toLowerCase()));
  const isAllowed = (name: string): boolean =>
    [name, `${name}:${port}`, `[${name}]`, `[${name}]:${port}`].some((form) => allowed.has(form.toLowerCase()));

  const addresses = await resolve(host, ask);
  // One private address among public ones is refused as well: which of them is used is not ours to choose.
  const inside = addresses.find(({ address }) => !isPublicAddress(address) && !isAllowed(address));
  if (inside !== undefined && !isAllowed(host)) {
    const whose = inside.address === host ? '' : ` (${inside.address})`;
    throw new DatasetError(
      'forbidden_address',
      `The link leads to ${host}${whose}, which is not a public internet address. Upload the file instead, or have ` +
        `the host allowed: DATASET_HOSTS_ALLOWED=${url.host}`,
    );
  }
  return addresses;
}

async function resolve(host: string, ask: Lookup): Promise<ResolvedAddress[]> {
  const literal = isIP(host);
  if (literal === 4 || literal === 6) return [{ address: host, family: literal }];
  try {
    const found = await ask(host);
    return found.map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }));
  } catch (cause) {
    throw new DatasetError(
      'unreachable',
      `The link cannot be reached: the name ${host} was not found (DNS). Check the spelling.`,
      { cause },
    );
  }
}

import { describe, expect, it } from '@jest/globals';
import { isPublicAddress, resolvePublic } from './public-address.js';

describe('isPublicAddress', () => {
  it.each(['8.8.8.8', '93.184.216.34', '2606:2800:220:1:248:1893:25c8:1946'])('%s is', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  it.each([
    '127.0.0.1',
    '127.255.255.254',
    '0.0.0.0',
    '0.1.2.3',
    '10.1.2.3',
    '100.64.0.1',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.8',
    '192.0.2.1',
    '192.168.1.1',
    '198.18.0.1',
    '198.51.100.1',
    '203.0.113.1',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::127.0.0.1',
    '::ffff:127.0.0.1',
    '::ffff:a9fe:a9fe',
    '64:ff9b::7f00:1',
    '64:ff9b:1::1',
    '100::1',
    '2001::1',
    '2001:db8::1',
    '2002:7f00:1::',
    'fc00::1',
    'fd12:3456::1',
    'fe80::1',
    'fe80::1%eth0',
    'fec0::1',
    'ff02::1',
  ])('%s is not', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
});

describe('resolvePublic', () => {
  it.each([
    'http://127.0.0.1/x.csv',
    'http://127.1/x.csv',
    'http://2130706433/x.csv',
    'http://0x7f000001/x.csv',
    'http://0177.0.0.1/x.csv',
    'http://%31%32%37.0.0.1/x.csv',
    'http://127.0.0.1./x.csv',
    'http://0/x.csv',
    'http://[::1]/x.csv',
    'http://[::]/x.csv',
    'http://[::ffff:127.0.0.1]/x.csv',
    'http://[::ffff:7f00:1]/x.csv',
    'http://169.254.169.254/latest/meta-data/',
    'http://10.0.0.1:8080/x.csv',
    'http://100.64.0.1/x.csv',
    'http://localhost/x.csv',
    'http://LOCALHOST:9999/x.csv',
  ])('refuses %s', async (link) => {
    await expect(resolvePublic(new URL(link), ['data.example', '127.0.0.1:1'])).rejects.toMatchObject({
      code: 'forbidden_address',
      message: expect.stringContaining('DATASET_HOSTS_ALLOWED='),
    });
  });

  it.each([
    ['metadata.google.internal', ['169.254.169.254']],
    ['inside.example', ['10.1.2.3']],
    ['inside.example', ['::ffff:10.1.2.3']],
    ['both.example', ['8.8.8.8', '127.0.0.1']],
    ['both.example', ['2606:2800:220:1:248:1893:25c8:1946', 'fd00::1']],
  ])('refuses %s, which resolves to %j', async (host, addresses) => {
    const ask = (): Promise<{ address: string; family: number }[]> =>
      Promise.resolve(addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })));
    await expect(resolvePublic(new URL(`http://${host}/x`), ['8.8.8.8'], ask)).rejects.toMatchObject({
      code: 'forbidden_address',
      message: expect.stringContaining(`${host} (${addresses.at(-1) ?? ''})`),
    });
  });

  it.each([
    ['http://127.0.0.1:8080/x', '127.0.0.1'],
    ['http://127.0.0.1:8080/x', '127.0.0.1:8080'],
    ['http://127.0.0.1/x', ' 127.0.0.1:80 '],
    ['https://127.0.0.1/x', '127.0.0.1:443'],
    ['http://localhost:1234/x', 'LocalHost'],
    ['http://[::1]:1234/x', '::1'],
    ['http://[::1]:1234/x', '[::1]:1234'],
  ])('%s is allowed by %j', async (link, entry) => {
    const addresses = await resolvePublic(new URL(link), [entry]);
    expect(addresses.length).toBeGreaterThan(0);
  });

  it('passes a public address on as it is', async () => {
    expect(await resolvePublic(new URL('https://8.8.8.8/x'), [])).toEqual([{ address: '8.8.8.8', family: 4 }]);
  });

  it('says that a name is not known', async () => {
    await expect(resolvePublic(new URL('http://no-such-host.invalid/x'), [])).rejects.toMatchObject({
      code: 'unreachable',
      message: expect.stringContaining('no-such-host.invalid was not found (DNS)'),
    });
  });
});

import type dns from 'node:dns';
import net from 'node:net';
import { Agent } from 'undici';
import type { buildConnector } from 'undici';
import { describe, expect, test } from 'vitest';
import { RefusedDestination, guardedConnector, isPublicAddress } from '../../src/http/guard.ts';

describe('isPublicAddress', () => {
  test.each([
    '1.1.1.1',
    '8.8.8.8',
    '11.0.0.1',
    '100.63.255.255',
    '100.128.0.1',
    '126.255.255.255',
    '128.0.0.1',
    '169.253.255.255',
    '172.15.255.255',
    '172.32.0.1',
    '191.255.255.255',
    '192.0.1.1',
    '192.30.255.255',
    '192.167.255.255',
    '192.169.0.1',
    '198.17.255.255',
    '198.20.0.1',
    '223.255.255.255',
    '2606:4700:4700::1111',
    '2a00:1450:4001::1',
    '2001:200::1',
    '2003::1',
  ])('lets %s through', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  test.each([
    '0.0.0.0',
    '0.1.2.3',
    '10.0.0.1',
    '10.255.255.255',
    '100.64.0.1',
    '100.127.255.255',
    '127.0.0.1',
    '127.255.255.255',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.1',
    '192.0.2.1',
    '192.31.196.1',
    '192.52.193.1',
    '192.88.99.1',
    '192.168.1.1',
    '192.175.48.1',
    '198.18.0.1',
    '198.19.255.255',
    '198.51.100.1',
    '203.0.113.1',
    '224.0.0.1',
    '239.255.255.255',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:8.8.8.8',
    '::127.0.0.1',
    '64:ff9b::7f00:1',
    '100::1',
    '2001::1',
    '2001:db8::1',
    '2002:7f00:1::',
    '2620:4f:8000::1',
    '3fff::1',
    '5f00::1',
    'fc00::1',
    'fd12:3456::1',
    'fe80::1',
    'fe80::1%eth0',
    'fec0::1',
    'ff02::1',
    'localhost',
    'example.com',
    '',
  ])('refuses %s', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
});

type Answers = readonly string[] | Error;

/** A guarded agent whose sockets are never opened: `dialled` holds what would have been, and with which addresses. */
function guarded(names: { readonly [host: string]: Answers | (() => Answers) }, allow: readonly string[] = []) {
  const dialled: string[] = [];
  const lookup = ((host: string, _: unknown, callback: (error: Error | null, answers: dns.LookupAddress[]) => void) => {
    const entry = names[host];
    const answers = typeof entry === 'function' ? entry() : entry;
    if (answers === undefined) callback(Object.assign(new Error('unknown'), { code: 'ENOTFOUND' }), []);
    else if (answers instanceof Error) callback(answers, []);
    else
      callback(
        null,
        answers.map((address) => ({ address, family: net.isIP(address) })),
      );
  }) as typeof dns.lookup;
  const dialler =
    (options: buildConnector.BuildOptions): buildConnector.connector =>
    ({ hostname, port }, callback) => {
      const resolve = (options as { lookup?: net.LookupFunction }).lookup;
      const dial = (address: string): void => {
        dialled.push(`${address}:${port || 443}`);
        callback(new Error('dialled'), null);
      };
      // As the system does: a literal is dialled without a look-up.
      if (net.isIP(hostname) !== 0 || resolve === undefined) dial(hostname);
      else {
        resolve(hostname, { all: true }, (error, answers) => {
          if (error) callback(error, null);
          else dial((answers as dns.LookupAddress[])[0]?.address ?? '');
        });
      }
    };
  const agent = new Agent({ connect: guardedConnector({ allow, lookup, dialler }) });
  const get = async (url: string): Promise<string> => {
    const { origin, pathname } = new URL(url);
    const error: unknown = await agent
      .request({ origin, path: pathname, method: 'GET' })
      .catch((reason: unknown) => reason);
    return error instanceof RefusedDestination ? `refused: ${error.message}` : (error as Error).message;
  };
  return { get, dialled };
}

describe('guardedConnector', () => {
  test('dials a public name over https, with the very address that was checked', async () => {
    const { get, dialled } = guarded({ 'tools.example': ['93.184.215.14'] });
    expect(await get('https://tools.example/x')).toBe('dialled');
    expect(dialled).toEqual(['93.184.215.14:443']);
  });

  test('dials a public literal and an unprivileged port', async () => {
    const { get, dialled } = guarded({});
    expect(await get('https://8.8.8.8:8443/')).toBe('dialled');
    expect(await get('https://[2606:4700:4700::1111]/')).toBe('dialled');
    expect(dialled).toEqual(['8.8.8.8:8443', '2606:4700:4700::1111:443']);
  });

  test.each([
    ['a dotted literal', 'https://127.0.0.1/', '127.0.0.1 is not a public address'],
    ['a decimal literal', 'https://2130706433/', '127.0.0.1 is not a public address'],
    ['a hexadecimal literal', 'https://0x7f000001/', '127.0.0.1 is not a public address'],
    ['an octal literal', 'https://0177.0.0.1/', '127.0.0.1 is not a public address'],
    ['a short literal', 'https://127.1/', '127.0.0.1 is not a public address'],
    ['a literal with a dot at its end', 'https://127.0.0.1./', '127.0.0.1 is not a public address'],
    ['full-width digits', 'https://１２７.０.０.１/', '127.0.0.1 is not a public address'],
    ['a percent-encoded literal', 'https://%31%32%37.0.0.1/', '127.0.0.1 is not a public address'],
    ['the metadata address', 'https://169.254.169.254/latest', '169.254.169.254 is not a public address'],
    ['an address behind a user', 'https://tools.example@10.0.0.1/', '10.0.0.1 is not a public address'],
    ['a mapped IPv6 literal', 'https://[::ffff:10.0.0.1]/', '::ffff:a00:1 is not a public address'],
    ['the loopback of IPv6', 'https://[::1]/', '::1 is not a public address'],
    ['plain http', 'http://tools.example/', 'tools.example is not spoken to over https'],
    ['a privileged port', 'https://tools.example:22/', 'port 22 is not one of an application'],
    [
      'a name that resolves inside',
      'https://inside.example/',
      'inside.example leads to 10.1.2.3, which is not a public address',
    ],
    [
      'a name with one inside answer',
      'https://mixed.example/',
      'mixed.example leads to 127.0.0.1, which is not a public address',
    ],
    ['a name without addresses', 'https://none.example/', 'none.example has no address'],
    ['localhost with a dot', 'https://localhost./', 'localhost. leads to 127.0.0.1, which is not a public address'],
  ])('refuses %s', async (_, url, reason) => {
    const { get, dialled } = guarded({
      'tools.example': ['93.184.215.14'],
      'inside.example': ['10.1.2.3'],
      'mixed.example': ['93.184.215.14', '127.0.0.1'],
      'none.example': [],
      'localhost.': ['127.0.0.1'],
    });
    expect(await get(url)).toBe(`refused: ${reason}`);
    expect(dialled).toEqual([]);
  });

  test('checks every look-up, so a name that changes its answer is refused', async () => {
    let asked = 0;
    const { get, dialled } = guarded({
      'rebind.example': () => (asked++ % 2 === 0 ? ['93.184.215.14'] : ['127.0.0.1']),
    });
    expect(await get('https://rebind.example/')).toBe('dialled');
    expect(await get('https://rebind.example/')).toMatch(/^refused: rebind\.example leads to 127\.0\.0\.1/);
    expect(dialled).toEqual(['93.184.215.14:443']);
  });

  test.each([
    ['localhost', 'http://localhost:1234/'],
    ['LOCALHOST', 'http://localhost/'],
    ['127.0.0.1', 'http://127.0.0.1:8080/'],
    ['127.0.0.1:8080', 'http://127.0.0.1:8080/'],
    ['localhost:80', 'http://localhost/'],
    ['localhost:443', 'https://localhost/'],
    ['[::1]:3000', 'http://[::1]:3000/'],
    ['db.internal', 'https://db.internal:22/'],
  ])('lets an operator allow %s for %s', async (entry, url) => {
    const { get } = guarded({}, [entry]);
    expect(await get(url)).toBe('dialled');
  });

  test.each([
    ['127.0.0.1:8080', 'http://127.0.0.1:8081/'],
    ['localhost', 'http://localhost.example/'],
    ['example.com', 'http://www.example.com/'],
  ])('takes %s for nothing else than itself', async (entry, url) => {
    const { get, dialled } = guarded({}, [entry]);
    expect(await get(url)).toMatch(/^refused: /);
    expect(dialled).toEqual([]);
  });

  test.each(['', 'http://localhost', 'localhost:port', 'a b', 'host/path', 'user@host'])(
    'refuses "%s" as an entry of the allow-list',
    (entry) => {
      expect(() => guardedConnector({ allow: [entry] })).toThrow(
        `"${entry}" is not a host or host:port that can be allowed`,
      );
    },
  );
});

// The gate in front of every address that somebody other than the operator chose. It decides on the address about to be
// dialled, never on the text of a URL: a name may resolve anywhere, and to something else a moment later.
import dns from 'node:dns';
import net from 'node:net';
import { buildConnector } from 'undici';
import { VoiceError } from '../errors.ts';
import { CONNECT_TIMEOUT_MS } from '../limits.ts';

/** @see https://www.iana.org/assignments/iana-ipv4-special-registry */
const RESERVED_IPV4 = subnets('ipv4', [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.31.196.0', 24],
  ['192.52.193.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['192.175.48.0', 24],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
]);

/** Of IPv6 only global unicast is public: mapped, translated, local and multicast addresses all lie outside it. */
const GLOBAL_IPV6 = subnets('ipv6', [['2000::', 3]]);

/** Parts of global unicast that lead elsewhere: protocol assignments with Teredo, documentation, 6to4, AS112. */
const RESERVED_IPV6 = subnets('ipv6', [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['2620:4f:8000::', 48],
  ['3fff::', 20],
]);

function subnets(
  family: 'ipv4' | 'ipv6',
  rows: readonly (readonly [network: string, prefix: number])[],
): net.BlockList {
  const list = new net.BlockList();
  for (const [network, prefix] of rows) list.addSubnet(network, prefix, family);
  return list;
}

/** True for an IP literal that the public internet routes; false for anything else, a name included. */
export function isPublicAddress(address: string): boolean {
  const bare = address.replace(/%.*$/, '');
  if (net.isIPv4(bare)) return !RESERVED_IPV4.check(bare, 'ipv4');
  return net.isIPv6(bare) && GLOBAL_IPV6.check(bare, 'ipv6') && !RESERVED_IPV6.check(bare, 'ipv6');
}

/** What the guard answers instead of a connection; the message says why. */
export class RefusedDestination extends Error {
  override readonly name = 'RefusedDestination';
}

export type GuardOptions = {
  /** `host` or `host:port` that may be private and spoken to without TLS: an operator's choice, for development. */
  readonly allow?: readonly string[];
  /** Resolves a name; all its answers are checked and only those are dialled. Default: the system's resolver. */
  readonly lookup?: typeof dns.lookup;
  /** Makes what opens the socket. Default: undici's. */
  readonly dialler?: (options: buildConnector.BuildOptions) => buildConnector.connector;
};

/**
 * A connector for undici that opens sockets to public addresses over TLS only, on port 443 or an unprivileged one: the
 * others belong to services that are not applications.
 *
 * @throws CONFIG_INVALID for an entry of `allow` that is not a host.
 */
export function guardedConnector(options: GuardOptions = {}): buildConnector.connector {
  const { allow = [], lookup = dns.lookup, dialler = buildConnector } = options;
  const allowed = new Set(allow.map(allowedHost));
  // HTTP/2 is left out: an exchange that is given up must close its own connection and nobody else's.
  const dialAllowed = dialler({ timeout: CONNECT_TIMEOUT_MS, allowH2: false });
  const dialPublic = dialler({ timeout: CONNECT_TIMEOUT_MS, allowH2: false, lookup: publicLookup(lookup) });
  return (target, callback) => {
    const host = bareHost(target.hostname);
    const port = Number(target.port) || (target.protocol === 'https:' ? 443 : 80);
    if (allowed.has(host) || allowed.has(`${host}:${port}`)) {
      dialAllowed(target, callback);
      return;
    }
    const reason = refusal(target.protocol, host, port);
    if (reason === undefined) dialPublic(target, callback);
    else callback(new RefusedDestination(reason), null);
  };
}

function refusal(protocol: string, host: string, port: number): string | undefined {
  if (protocol !== 'https:') return `${host} is not spoken to over https`;
  if (port !== 443 && port < 1024) return `port ${port} is not one of an application`;
  // The system dials a literal without a look-up, so it is judged here or nowhere.
  if (net.isIP(host) !== 0 && !isPublicAddress(host)) return `${host} is not a public address`;
  return undefined;
}

/** Answers only when every address of the name is public; the checked answers are the ones that are dialled. */
function publicLookup(lookup: typeof dns.lookup): net.LookupFunction {
  return (host, options, callback) => {
    lookup(host, { ...options, all: true }, (error, addresses) => {
      if (error !== null) {
        callback(error, []);
        return;
      }
      const inside = addresses.find(({ address }) => !isPublicAddress(address));
      const [first] = addresses;
      if (inside !== undefined) {
        callback(new RefusedDestination(`${host} leads to ${inside.address}, which is not a public address`), []);
      } else if (first === undefined) {
        callback(new RefusedDestination(`${host} has no address`), []);
      } else if (options.all === true) {
        callback(null, addresses);
      } else {
        callback(null, first.address, first.family);
      }
    });
  };
}

function bareHost(hostname: string): string {
  return hostname
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
    .toLowerCase();
}

function allowedHost(entry: string): string {
  const [, written = '', port] = /^(\[[^\]]+\]|[^:/?#@]+)(?::(\d{1,5}))?$/.exec(entry.trim()) ?? [];
  const url = URL.canParse(`http://${written}`) ? new URL(`http://${written}`) : undefined;
  if (written === '' || url === undefined) {
    throw new VoiceError('CONFIG_INVALID', { problem: `"${entry}" is not a host or host:port that can be allowed` });
  }
  return port === undefined ? bareHost(url.hostname) : `${bareHost(url.hostname)}:${Number(port)}`;
}

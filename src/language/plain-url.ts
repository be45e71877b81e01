/** A URL as a parser would write it: nothing to decode, fold or shorten, and a host that is a name. */
const PLAIN_URL =
  /^(https?:)\/\/((?:(?!xn--)[a-z][a-z0-9-]*\.)+(?!xn--)[a-z][a-z0-9-]*)((?:\/(?!\.)[\w~!$&()*+,;=:@.-]*)+)(?:\?[\w~!$&()*+,;=:@./?-]*)?$/;
const PLAIN_PATH = /^(?:\/(?![./])[\w~!$&()*+,;=:@-][\w~!$&()*+,;=:@.-]*)+(?:\?[\w~!$&()*+,;=:@./?-]*)?$/;
const PLAIN_FILE = /^[\w-][\w.-]*(?:\/[\w-][\w.-]*)*(?:\?[\w~!$&()*+,;=:@./?-]*)?$/;

type PlainUrl = {
  readonly kind: 'url';
  readonly url: string;
  readonly hostname: string;
  readonly protocol: string;
};

/**
 * What a URL parser makes of the plain URLs that documents mostly have, without one: parsing is most of the work of
 * checking a document. Undefined for every URL that is not plain, or whose base is not.
 */
export function resolvePlainUrl(value: string, base: string | undefined): PlainUrl | undefined {
  const isPath = PLAIN_PATH.test(value);
  if (!isPath && !PLAIN_FILE.test(value)) {
    const absolute = PLAIN_URL.exec(value);
    return absolute === null ? undefined : found(value, absolute);
  }
  const parts = base === undefined ? null : PLAIN_URL.exec(base);
  if (parts === null) return undefined;
  const [, protocol = '', hostname = '', path = ''] = parts;
  const folder = isPath ? '' : path.slice(0, path.lastIndexOf('/') + 1);
  return found(`${protocol}//${hostname}${folder}${value}`, parts);
}

function found(url: string, [, protocol = '', hostname = '']: RegExpExecArray): PlainUrl {
  return { kind: 'url', url, hostname, protocol };
}

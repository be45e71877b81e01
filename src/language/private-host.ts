// Written as a URL parser leaves hosts: lower case, IPv4 in four decimal parts, IPv6 compressed and in brackets.
const PRIVATE_HOSTS: readonly RegExp[] = [
  /^(?:.+\.)?localhost\.?$/,
  /\.(?:local|internal|lan|home\.arpa)\.?$/,
  /^(?:0|10|127)(?:\.\d+){3}$/,
  /^169\.254(?:\.\d+){2}$/,
  /^192\.168(?:\.\d+){2}$/,
  /^172\.(?:1[6-9]|2\d|3[01])(?:\.\d+){2}$/,
  // Carrier-grade NAT.
  /^100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])(?:\.\d+){2}$/,
  /^\[::1?\]$/,
  /^\[f[cd][0-9a-f]{2}:/,
  /^\[fe[89ab][0-9a-f]:/,
  // IPv4 within IPv6: no public service is written so.
  /^\[::ffff:/,
];

/** True for the literal host of a URL that is this machine or in a private network. Resolves nothing. */
export function isPrivateHost(hostname: string): boolean {
  return PRIVATE_HOSTS.some((pattern) => pattern.test(hostname));
}

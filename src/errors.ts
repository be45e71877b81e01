const LISTEN_MENDS: { readonly [code: string]: string } = {
  EACCES: 'ports below 1024 need a privilege; choose another with --port',
  EADDRNOTAVAIL: 'the address is not one of this machine; choose another with --host, 0.0.0.0 for every one',
  ENOTFOUND: 'there is no such host; choose another with --host, 0.0.0.0 for every address of this machine',
};

/**
 * Every error that is thrown to an operator. `blame` says whose fault it is: `operator` ends a command with exit code 2,
 * `upstream` and `internal` with 1. Retired codes stay listed here and are never used again: none yet.
 */
const ERRORS = {
  CONFIG_INVALID: { blame: 'operator', message: (p: { problem: string }) => p.problem },
  PORT_TAKEN: {
    blame: 'operator',
    message: (p: { port: number }) =>
      `port ${p.port} is taken; choose another with --port, or --port 0 for any free one`,
  },
  LISTEN_FAILED: {
    blame: 'operator',
    message: (p: { host: string; port: number; reason: string }) =>
      `cannot listen on ${p.host}:${p.port}: ${LISTEN_MENDS[p.reason] ?? `${p.reason}; choose another address with --host`}`,
  },
  INSECURE_HOST: {
    blame: 'operator',
    message: (p: { host: string; agents: readonly string[] }) =>
      `${p.host} is reachable from outside, and no platform is verified for ${p.agents.join(', ')}; set a credential such as TWILIO_AUTH_TOKEN or CLOUDONIX_API_KEY, or pass --insecure`,
  },
  APPLICATION_UNREADABLE: {
    blame: 'operator',
    message: (p: { source: string; reason: string }) => `cannot read the application ${p.source}: ${p.reason}`,
  },
  APPLICATION_INVALID: {
    blame: 'operator',
    message: (p: { source: string; faults: readonly string[] }) => `${p.source} cannot be run:\n${p.faults.join('\n')}`,
  },
  FIXTURE_INVALID: {
    blame: 'operator',
    message: (p: { path: string; problem: string }) => `${p.path} is not a call fixture: ${p.problem}`,
  },
  STORE_TOO_NEW: {
    blame: 'operator',
    message: (p: { found: number; known: number }) =>
      `the store has version ${p.found} and this release knows ${p.known}; start a newer release`,
  },
  STORE_LOCKED: {
    blame: 'operator',
    message: (p: { folder: string; by: string; file: string }) =>
      `${p.folder} is held by ${p.by}; stop that, choose another folder, or, if nobody holds it, remove ${p.file}`,
  },
  STORE_UNAVAILABLE: {
    blame: 'upstream',
    message: (p: { reason: string }) => `the store cannot be reached: ${p.reason}`,
  },
} as const;

export type ErrorCode = keyof typeof ERRORS;
type ErrorParams<C extends ErrorCode> = Parameters<(typeof ERRORS)[C]['message']>[0];

/** An error with a code from the one table above; its message is fit to be shown to an operator as it is. */
export class VoiceError<C extends ErrorCode = ErrorCode> extends Error {
  override readonly name = 'VoiceError';
  readonly code: C;

  constructor(code: C, params: ErrorParams<C>, options?: ErrorOptions) {
    super((ERRORS[code].message as (params: ErrorParams<C>) => string)(params), options);
    this.code = code;
  }

  get blame(): 'operator' | 'upstream' | 'internal' {
    return ERRORS[this.code].blame;
  }
}

import type { ErrorCode } from '../../errors.ts';

/** What is written for operators about each error. */
export const ERROR_NOTES: { readonly [C in ErrorCode]: { readonly cause: string; readonly mend: string } } = {
  CONFIG_INVALID: {
    cause: 'The configuration file, an option, an argument or an environment variable has a value that cannot be used.',
    mend: 'The message names it, its place in the file, and what was expected. `colloquy config` shows what holds.',
  },
  PORT_TAKEN: {
    cause: 'Another process listens on the port.',
    mend: 'Choose another with `--port`, or any free one with `--port 0`.',
  },
  LISTEN_FAILED: {
    cause: 'The address is not one of this machine, or the port is reserved.',
    mend: 'Choose another address with `--host`; `0.0.0.0` is every address of the machine.',
  },
  INSECURE_HOST: {
    cause: 'The server would be reachable from outside, and an agent has no platform that can prove itself.',
    mend: 'Name the credential of its platform, or set its variable, such as `TWILIO_AUTH_TOKEN`; or accept the risk with `--insecure`.',
  },
  APPLICATION_UNREADABLE: {
    cause: 'The file or URL of an application cannot be read.',
    mend: 'Correct the path, or allow a private host with `--allow-host`.',
  },
  APPLICATION_INVALID: {
    cause: 'The file of an application has faults, which the message lists.',
    mend: 'Mend them; `colloquy check` shows them again, and `colloquy explain` what each means.',
  },
  FIXTURE_INVALID: {
    cause: 'A folder is not a recorded call, or its `call.json` is not of the form that its schema describes.',
    mend: 'The message names the file and the place. `colloquy init` writes one to compare with.',
  },
  STORE_TOO_NEW: {
    cause: 'A newer release has changed the tables of the store.',
    mend: 'Start that release, or a newer one, on every node.',
  },
  STORE_LOCKED: {
    cause: 'Another process has the folder of the embedded store; two would destroy it.',
    mend: 'Stop the other one, or give this one a folder of its own. The message names the file that holds the lock.',
  },
  STORE_UNAVAILABLE: {
    cause: 'The database does not answer, or has not for longer than a call can wait.',
    mend: 'The message says why. Whatever was said to callers is kept; start again when the database is back.',
  },
};

import type { ErrorCode } from '../../errors.ts';

/** What is written for operators about each error. */
export const ERROR_NOTES: { readonly [C in ErrorCode]: { readonly cause: string; readonly mend: string } } = {
  CONFIG_INVALID: {
    cause: 'An option, an argument or an environment variable has a value that cannot be used.',
    mend: 'The message names it and says what was expected.',
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
    cause: 'The server would be reachable from outside although no platform can prove itself.',
    mend: 'Set `TWILIO_AUTH_TOKEN` or `CLOUDONIX_API_KEY`, or accept the risk with `--insecure`.',
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
};

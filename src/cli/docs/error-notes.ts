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
  INSECURE_HOST: {
    cause: 'The server would be reachable from outside although no platform can prove itself.',
    mend: 'Set `TWILIO_AUTH_TOKEN` or `CLOUDONIX_API_KEY`, or accept the risk with `--insecure`.',
  },
  APPLICATION_UNREADABLE: {
    cause: 'The file or URL of an application cannot be read.',
    mend: 'Correct the path, or allow a private host with `--allow-host`.',
  },
  FIXTURE_INVALID: {
    cause: 'A folder is not a recorded call, or its `call.json` is not of the form that its schema describes.',
    mend: 'The message names the file and the place. `colloquy init` writes one to compare with.',
  },
};

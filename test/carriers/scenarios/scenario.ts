import type { PlatformName } from '../../../src/call/request.ts';
import { ENGLISH } from '../../../src/interpret/lines.ts';
import type { CallerLine, Heard } from '../../support/carriers/call.ts';
import type { Carrier, DialStatus, Json } from '../../support/carriers/carrier.ts';
import { CARRIERS } from '../../support/carriers/carriers.ts';
import { claim, type Claim } from '../../support/carriers/claims.ts';
import type { Script, Traffic } from '../../support/carriers/world.ts';

/** What a caller and an application do, and what must come of it on every carrier. */
export type Scenario = {
  /** Of letters, digits and hyphens: it names the cell's application. */
  readonly name: string;
  readonly script: Script;
  readonly says?: readonly CallerLine[];
  readonly dials?: readonly DialStatus[];
  readonly recordsNothing?: boolean;
  /** All that the caller hears, without lines that ask for patience. */
  readonly hears: string;
  readonly ends?: Heard['end'];
  /** Whether the application itself lets the caller wait. */
  readonly isSilent?: boolean;
  /** Whether the call goes on after what is expected. */
  readonly isCutOff?: boolean;
  /** Carriers on which it cannot run. */
  readonly cannot?: { readonly [name in PlatformName]?: Cannot };
  readonly also?: (ran: Ran) => readonly Claim[];
};

/** What `colloquy check --platform` says of where and why, and what the caller hears of it. */
export type Cannot = {
  readonly because: RegExp;
  readonly hears: string;
  readonly ends: Heard['end'];
};

/** Who calls whom, in every call. */
export const CALLER = { from: '+15550001111', to: '+15550002222' };

export type Ran = { readonly carrier: Carrier; readonly heard: Heard; readonly traffic: Traffic };

/** Text as a carrier sounds it: one space between words. */
export const plain = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();

export const noRecording = (hears: string): NonNullable<Scenario['cannot']> => ({
  jambonz: {
    because: /:\d+:\d+: error platform-support <Record> /,
    hears: plain(`${hears} ${ENGLISH.failure}`),
    ends: 'hangup',
  },
});

export const WELCOME = 'Welcome to the desk.';

export const onEvery = (cannot: Cannot): NonNullable<Scenario['cannot']> =>
  Object.fromEntries(CARRIERS.map(({ name }) => [name, cannot]));

/** Ends by the rule of missing parameters. */
export const lacks = (platform: string, parameter: string): Cannot => ({
  because: new RegExp(`:\\d+:\\d+: warning unsent-parameter ${platform} never sends "${parameter}"`),
  hears: ENGLISH.failure,
  ends: 'hangup',
});

export const onOthersThan = (
  able: PlatformName,
  cannot: (name: PlatformName) => Cannot,
): NonNullable<Scenario['cannot']> =>
  Object.fromEntries(CARRIERS.filter(({ name }) => name !== able).map(({ name }) => [name, cannot(name)]));

/** The parameter under which a carrier tells of a result. */
const NAMES: { readonly [fact in 'keys' | 'recording' | 'dial']: { readonly [name in PlatformName]?: string } } = {
  keys: { jambonz: 'digits' },
  recording: { plivo: 'RecordUrl' },
  dial: { plivo: 'DialStatus', jambonz: 'dial_call_status' },
};
const NAMED = { keys: 'Digits', recording: 'RecordingUrl', dial: 'DialCallStatus' } as const;

export const told = (fact: keyof typeof NAMED, parameters: Json): unknown => {
  const names = [NAMED[fact], ...Object.values(NAMES[fact])];
  return names.map((name) => parameters[name]).find((value) => typeof value === 'string' && value !== '');
};

/** A carrier's own name for a result reaches the author, as if the carrier had asked for the stage itself. */
export const tells =
  (fact: keyof typeof NAMED, value: string) =>
  ({ carrier, traffic }: Ran): readonly Claim[] => {
    const name = NAMES[fact][carrier.name] ?? NAMED[fact];
    return [claim(`${name} for the stage`, traffic.fetched.at(-1)?.parameters[name], value)];
  };

export const nothingAsked = ({ traffic }: Ran): readonly Claim[] => [claim('model requests', traffic.asked.length, 0)];

export const lastMethod = ({ traffic }: Ran): readonly Claim[] => [
  claim('method of the last fetch', traffic.fetched.at(-1)?.method, 'GET'),
];

/** Some platforms write numbers without their plus. */
export const dialled =
  (...numbers: readonly string[]) =>
  ({ heard }: Ran): readonly Claim[] => [
    claim(
      'dialled',
      heard.dialled.map((each) => each.replace('+', '')),
      numbers,
    ),
  ];

export const cutAt =
  (index: number, afterMs: number) =>
  ({ heard }: Ran): readonly Claim[] => [claim('cut after', heard.sounds.at(index)?.cutAfterMs, afterMs)];

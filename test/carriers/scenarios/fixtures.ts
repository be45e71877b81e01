import type { Carrier } from '../../support/carriers/carrier.ts';
import { claim } from '../../support/carriers/claims.ts';
import { callFixtures, type CallFixture } from '../../support/carriers/fixtures.ts';
import { CALLER, lacks, noRecording, onOthersThan, type Scenario } from './scenario.ts';

/** Fixtures that name parameters which not every carrier sends. */
const CANNOT: { readonly [fixture: string]: NonNullable<Scenario['cannot']> } = {
  recording: noRecording('Leave a message.'),
  'silence-falls-through': noRecording('Welcome to the bakery. Leave a message.'),
  'vendor-example-on-cloudonix': onOthersThan('cloudonix', (name) => lacks(name, 'Session')),
};

/** What a carrier says of the caller's number goes into arguments as it says it. */
function asSentBy({ parameters }: Carrier, id: string, sent: CallFixture['sent']): CallFixture['sent'] {
  const start = parameters({ kind: 'start' }, { ...CALLER, id });
  return sent.map(({ name, arguments: values }) => ({
    name,
    arguments: Object.fromEntries(
      Object.entries(values).map(([key, value]) => [key, key in start ? start[key] : value]),
    ),
  }));
}

function fixtureScenario({ name, sent, ends, ...fixture }: CallFixture): Scenario {
  const cannot = CANNOT[name];
  return {
    ...fixture,
    name: `fixture-${name}`,
    ...(ends === undefined ? { isCutOff: true } : { ends }),
    ...(cannot !== undefined && { cannot }),
    also: ({ carrier, heard, traffic }) => [claim('tools called', traffic.sent, asSentBy(carrier, heard.callId, sent))],
  };
}

/** Recorded calls that come from no carrier as they are. */
const ELSEWHERE = [
  // What becomes of the vendor's example where a carrier cannot run it is a cell of its other half.
  'vendor-example-on-twilio',
  // Another request of a call while its turn runs; test/exchanges has it.
  'unheard-words',
  // Among the single requests.
  'hung-up-in-mid-tool',
  // It would last as long as a call may.
  'time-is-up',
];

/** The recorded calls of fixtures/calls. */
export const fixtures: readonly Scenario[] = callFixtures(ELSEWHERE).map(fixtureScenario);

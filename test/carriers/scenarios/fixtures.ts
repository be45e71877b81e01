import type { Carrier } from '../../support/carriers/carrier.ts';
import { claim } from '../../support/carriers/claims.ts';
import { CARRIERS } from '../../support/carriers/carriers.ts';
import { callFixtures, type CallFixture } from '../../support/carriers/fixtures.ts';
import { calledIn } from '../../support/carriers/world.ts';
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
    also: ({ carrier, heard, traffic }) => [
      claim('tools called', calledIn(traffic), asSentBy(carrier, heard.callId, sent)),
    ],
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
  // Or as long as a turn may.
  'came-back-too-often',
  'turn-takes-too-long',
  'turn-takes-too-long-alone',
  // Hang-ups, another request and another node while a turn runs.
  'hung-up-in-mid-reply',
  'interrupted-tool',
  'node-shows-that-it-is-alive',
  'result-after-hang-up',
  'taken-over-in-mid-reply',
  'taken-over-in-mid-tool',
  // What a model's server or a model here does not do.
  'alone-without-speech',
  'arguments-no-object',
  'broken-arguments',
  'conversation-too-long',
  'endless-reply',
  'model-breaks-off',
  'too-long-by-half',
  // Requests with parameters that no carrier sends of itself.
  'dotted-name',
  'empty-number',
  'empty-text',
  'first-request-remembered',
  'fraction-for-integer',
  'integer-too-large',
  'list-for-text',
  'nested-parameter',
  'null-is-missing',
  'numbers-as-text',
  'object-for-text',
  'optional-from-request',
  'optional-of-wrong-type',
  'result-not-remembered',
  'values-of-each-type',
  'word-for-boolean',
  'word-for-integer',
  'word-for-number',
  'word-outside-enum',
  // Documents that are not as those here: with faults, from nowhere, in folders, with names of models or of nothing.
  'capital-letters',
  'faulty-document-falls-back',
  'first-document-broken',
  'nowhere-to-start-from',
  'settings-of-the-model',
  'stages-of-its-own-place',
  'unknown-verb',
  // Its operator lets callers wait in silence.
  'no-lines-to-wait-with',
  // XML cannot hold the control character that it leaves out, JSON can.
  'characters-of-markup',
];

/** What one platform's answers look like is seen in them, not heard. */
const DIALECT = new RegExp(`^(?!vendor-).*-on-(${CARRIERS.map(({ name }) => name).join('|')})$`);

/** The recorded calls of fixtures/calls. */
export const fixtures: readonly Scenario[] = callFixtures((name) => ELSEWHERE.includes(name) || DIALECT.test(name)).map(
  fixtureScenario,
);

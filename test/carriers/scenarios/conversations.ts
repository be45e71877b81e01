import { ENGLISH } from '../../../src/interpret/lines.ts';
import { SILENCE } from '../../support/carriers/call.ts';
import { claim } from '../../support/carriers/claims.ts';
import { calledIn } from '../../support/carriers/world.ts';
import { gatherDocument, toolMarkup } from '../../support/documents.ts';
import { CALLER, plain, WELCOME, lacks, onOthersThan, nothingAsked, cutAt, type Scenario } from './scenario.ts';

/** A conversation without a greeting: the model opens. */
const OPENING = gatherDocument({ greeting: '' });

const ORDER_STATUS = toolMarkup('orderStatus', '', '<Parameter name="order" type="integer" source="model"/>');

/** A caller and a model. */
export const conversations: readonly Scenario[] = [
  {
    name: 'model-opens',
    script: {
      documents: { '': OPENING },
      model: { '': [{ says: 'Good morning. How can I help?' }], Hours: [{ says: 'Nine to five.' }] },
    },
    says: ['Hours'],
    hears: 'Good morning. How can I help? Nine to five.',
  },
  {
    name: 'keys-into-a-conversation',
    script: {
      documents: { '': gatherDocument({}).replace('input="speech"', 'input="dtmf speech" numDigits="1"') },
      model: { '7': [{ says: 'Seven it is.' }] },
    },
    says: [{ keys: '7' }],
    hears: `${WELCOME} Seven it is.`,
  },
  {
    name: 'tool-with-model-arguments',
    script: {
      documents: { '': gatherDocument({ tools: ORDER_STATUS }) },
      model: {
        'order seven': [
          { says: 'Let me see. ', calls: [{ name: 'orderStatus', arguments: { order: 7 } }] },
          { says: 'It is on its way.' },
        ],
      },
      tools: { orderStatus: { body: '{"status":"on its way"}' } },
    },
    says: ['Where is order seven?'],
    hears: `${WELCOME} Let me see. It is on its way.`,
    also: ({ traffic }) => [claim('sent', calledIn(traffic), [{ name: 'orderStatus', arguments: { order: 7 } }])],
  },
  {
    name: 'tool-fails',
    script: {
      documents: { '': gatherDocument({ tools: ORDER_STATUS }) },
      model: {
        'order seven': [
          { calls: [{ name: 'orderStatus', arguments: { order: 7 } }] },
          { says: 'I cannot look that up right now.' },
        ],
      },
      tools: { orderStatus: { status: 500, body: '{"error":"down"}' } },
    },
    says: ['Where is order seven?'],
    hears: `${WELCOME} I cannot look that up right now.`,
  },
  {
    name: 'slow-sentences',
    script: {
      documents: { '': gatherDocument({}) },
      model: {
        terms: [
          {
            thinksMs: 4_500,
            says: ['You may bring it back. ', 2_500, 'Within thirty days. ', 4_000, 'Anything else?'],
          },
        ],
      },
    },
    says: ['What are the terms?'],
    hears: `${WELCOME} You may bring it back. Within thirty days. Anything else?`,
  },
  {
    name: 'very-slow-model',
    script: {
      documents: { '': gatherDocument({}) },
      model: { think: [{ thinksMs: 11_000, says: 'I have thought.' }] },
    },
    says: ['Please think.'],
    hears: `${WELCOME} I have thought.`,
    also: ({ heard }) => [
      claim('asked for patience', heard.sounds.filter(({ text }) => ENGLISH.fillers.includes(text)).length >= 3, true),
    ],
  },
  {
    name: 'greeting-of-several-parts',
    script: {
      documents: {
        '': gatherDocument({ greeting: '<Say>One.</Say><Pause length="1"/><Play>chime.mp3</Play><Say>Two.</Say>' }),
      },
      model: { Three: [{ says: 'Four.' }] },
    },
    says: ['Three.'],
    hears: 'One. [AUDIO] Two. Four.',
  },
  {
    name: 'greeting-is-interrupted',
    script: {
      documents: { '': gatherDocument({ greeting: `<Say>${'Welcome to the desk of everything. '.repeat(4)}</Say>` }) },
      model: { agent: [{ says: 'I am listening.' }] },
    },
    says: [{ interrupts: 'An agent!', afterMs: 1_000 }],
    hears: `${plain('Welcome to the desk of everything. '.repeat(4))} I am listening.`,
    also: cutAt(0, 1_000),
  },
  {
    name: 'reply-is-interrupted',
    script: {
      documents: { '': gatherDocument({}) },
      model: {
        story: [{ says: 'Once upon a time there was a desk with a very long drawer.' }],
        Stop: [{ says: 'As you like.' }],
      },
    },
    says: ['Tell me a story.', { interrupts: 'Stop!', afterMs: 500 }],
    hears: `${WELCOME} Once upon a time there was a desk with a very long drawer. As you like.`,
    also: cutAt(-2, 500),
  },
  {
    name: 'silence-falls-through-to-a-farewell',
    script: { documents: { '': gatherDocument({ gather: '', after: '<Say>Nobody is there.</Say><Hangup/>' }) } },
    says: [SILENCE],
    hears: `${WELCOME} Nobody is there.`,
    ends: 'hangup',
  },
  {
    name: 'silence-then-words',
    script: { documents: { '': gatherDocument({}) }, model: { here: [{ says: 'Good.' }] } },
    says: [SILENCE, 'I am here.'],
    hears: `${WELCOME} ${ENGLISH.reprompts[0]} Good.`,
  },
  {
    name: 'farewell-with-the-hang-up',
    script: {
      documents: { '': gatherDocument({ converse: 'sessionTools="hangup"' }) },
      model: {
        'all, thank': [
          { says: 'Thank you for calling, and have a wonderful rest of the day. ', calls: [{ name: 'hangup' }] },
        ],
      },
    },
    says: ['That is all, thank you.'],
    hears: `${WELCOME} Thank you for calling, and have a wonderful rest of the day.`,
    ends: 'hangup',
  },
  {
    name: 'hang-up-without-a-word',
    script: {
      documents: { '': gatherDocument({ converse: 'sessionTools="hangup"' }) },
      model: { Bye: [{ calls: [{ name: 'hangup' }] }, {}] },
    },
    says: ['Bye.'],
    hears: `${WELCOME} ${ENGLISH.goodbye}`,
    ends: 'hangup',
  },
  {
    name: 'missing-parameter',
    script: {
      documents: {
        '': gatherDocument({
          before: '<Say>One thing first.</Say>',
          greeting: '',
          tools: toolMarkup('lookUp', '', '<Parameter name="LoyaltyNumber"/>'),
        }),
      },
    },
    hears: `One thing first. ${ENGLISH.failure}`,
    ends: 'hangup',
    also: nothingAsked,
  },
  {
    name: 'time-is-up',
    script: {
      documents: { '': gatherDocument({}) },
      model: { look: [{ thinksMs: 2_500, says: 'I have looked.' }] },
      settings: { maxCallSeconds: 2 },
    },
    says: ['Please look.', 'Please look again.'],
    hears: `${WELCOME} I have looked. ${ENGLISH.timeUp}`,
    ends: 'hangup',
    also: ({ traffic }) => [claim('model requests', traffic.asked.length, 1)],
  },
  {
    name: 'conversation-is-watched',
    script: {
      documents: {
        '': gatherDocument({
          converse: 'statusCallback="hooks" statusCallbackEvent="in-progress llm-response"',
        }),
        hooks: '',
      },
      // The second reply takes its time, so that whoever watches has been told of the first.
      model: { hours: [{ says: 'Nine to five.' }], Thanks: [{ thinksMs: 2_000, says: 'Goodbye.' }] },
    },
    says: ['Your hours?', 'Thanks.'],
    hears: `${WELCOME} Nine to five. Goodbye.`,
    also: ({ carrier, traffic: { fetched }, heard: { callId } }) => {
      const told = fetched.filter(({ path }) => path.endsWith('/hooks')).map(({ parameters }) => parameters);
      const [first, second] = told.toSorted((a, b) => Number(a['Sequence']) - Number(b['Sequence']));
      const call = carrier.parameters({ kind: 'start' }, { ...CALLER, id: callId });
      const ids = Object.keys(call).filter((name) => call[name] === callId);
      return [
        claim('event', first?.['Event'], 'in-progress'),
        claim('event', [second?.['Event'], second?.['Turn'], second?.['Text']], ['llm-response', '2', 'Nine to five.']),
        claim('call', new Set(ids.map((name) => first?.[name])), new Set([callId])),
      ];
    },
  },
  {
    name: 'marks-and-accents',
    script: {
      documents: {
        '': gatherDocument({ greeting: '<Say>Fish &amp; chips &lt; 5 €, “crème brûlée” &gt; 日本語.</Say>' }),
      },
      model: { More: [{ says: 'R&D is "5 < 6" & it\'s ünïcode.' }] },
    },
    says: ['More, please.'],
    hears: 'Fish & chips < 5 €, “crème brûlée” > 日本語. R&D is "5 < 6" & it\'s ünïcode.',
  },
  {
    name: 'hints-that-not-everybody-has',
    script: {
      documents: {
        '': gatherDocument({
          gather:
            'timeout="3" speechTimeout="1.5" maxTimeout="20" maxDuration="60" speechEngine="google" speechDetection="stt" interruptible="true" language="en-GB" actionOnEmptyResult="true"',
        }),
      },
      model: { Hello: [{ says: 'Hello yourself.' }] },
    },
    says: ['Hello?'],
    hears: `${WELCOME} Hello yourself.`,
  },
  {
    name: 'hints-of-twilio',
    script: {
      documents: {
        '': gatherDocument({
          gather:
            'timeout="2" speechTimeout="auto" speechModel="phone_call" enhanced="true" hints="rye, oat" profanityFilter="false" bargeIn="true" actionOnEmptyResult="true"',
        }),
      },
      model: { Hello: [{ says: 'Hello yourself.' }] },
    },
    says: ['Hello?'],
    hears: `${WELCOME} Hello yourself.`,
  },
  {
    name: 'nested-parameter',
    script: {
      documents: {
        '': gatherDocument({ tools: toolMarkup('lookUp', '', '<Parameter name="SessionData.token"/>') }),
      },
      model: { Who: [{ calls: [{ name: 'lookUp' }] }, { says: 'You are known.' }] },
      tools: { lookUp: { body: '{}' } },
    },
    says: ['Who am I?'],
    hears: `${WELCOME} You are known.`,
    cannot: onOthersThan('cloudonix', (name) => lacks(name, 'SessionData.token')),
    also: ({ heard, traffic }) => [claim('sent', traffic.sent[0]?.arguments, { 'SessionData.token': heard.callId })],
  },
];

import { ENGLISH } from '../../../src/interpret/lines.ts';
import { SILENCE } from '../../support/carriers/call.ts';
import { claim } from '../../support/carriers/claims.ts';
import { gatherDocument, standAloneDocument, toolMarkup } from '../../support/documents.ts';
import { CALLER, told, tells, nothingAsked, lastMethod, type Scenario } from './scenario.ts';

const ORDER_STATUS = toolMarkup('orderStatus', '', '<Parameter name="order" type="integer" source="model"/>');

/** Documents that lead to others. */
export const stages: readonly Scenario[] = [
  {
    name: 'menu-of-keys',
    script: {
      documents: {
        '': '<Response><Gather input="dtmf" numDigits="1" action="chosen"><Say>Press one for sales.</Say></Gather><Say>Nothing chosen.</Say></Response>',
        chosen: (parameters) =>
          `<Response><Say>You chose ${String(told('keys', parameters))}.</Say><Hangup/></Response>`,
      },
    },
    says: [{ keys: '12' }],
    hears: 'Press one for sales. You chose 1.',
    ends: 'hangup',
    also: tells('keys', '1'),
  },
  {
    name: 'menu-of-many-keys',
    script: {
      documents: {
        '': '<Response><Gather input="dtmf" finishOnKey="#" timeout="4" action="chosen"><Say>Your number, then the hash key.</Say></Gather></Response>',
        chosen: (parameters) => `<Response><Say>${String(told('keys', parameters))}.</Say></Response>`,
      },
    },
    says: [{ keys: '1234567#' }],
    hears: 'Your number, then the hash key. 1234567.',
    ends: 'document-end',
  },
  {
    name: 'menu-that-ends-with-one-of-two-keys',
    script: {
      documents: {
        '': '<Response><Gather input="dtmf" finishOnKey="#*" action="chosen"><Say>Your number.</Say></Gather></Response>',
        chosen: (parameters) => `<Response><Say>${String(told('keys', parameters))}.</Say></Response>`,
      },
    },
    says: [{ keys: '12#' }],
    hears: 'Your number. 12.',
    ends: 'document-end',
  },
  {
    name: 'menu-of-words',
    script: {
      documents: {
        '': '<Response><Gather input="speech" action="chosen"><Say>Sales or service?</Say></Gather></Response>',
        chosen: '<Response><Say>Very well.</Say></Response>',
      },
    },
    says: ['Service, please.'],
    hears: 'Sales or service? Very well.',
    ends: 'document-end',
    // A stage gets all that the carrier says, and what our own rules of a call request add to it.
    also: ({ carrier, heard, traffic }) => {
      const words = carrier.parameters({ kind: 'words', words: 'Service, please.' }, { ...CALLER, id: heard.callId });
      const stage = traffic.fetched.at(-1)?.parameters;
      return Object.entries(words).map(([name, value]) => claim(`${name} for the stage`, stage?.[name], value));
    },
  },
  {
    name: 'menu-that-goes-on-in-silence',
    script: {
      documents: {
        '': '<Response><Gather input="dtmf" action="chosen" actionOnEmptyResult="true"><Say>Choose.</Say></Gather><Say>Never.</Say></Response>',
        chosen: '<Response><Say>On we go.</Say></Response>',
      },
    },
    says: [SILENCE],
    hears: 'Choose. On we go.',
    ends: 'document-end',
  },
  {
    name: 'menu-without-action',
    script: {
      documents: {
        '': (parameters) =>
          told('keys', parameters) === undefined
            ? '<Response><Gather numDigits="1"><Say>Choose.</Say></Gather></Response>'
            : `<Response><Say>You chose ${String(told('keys', parameters))}.</Say></Response>`,
      },
    },
    says: [{ keys: '5' }],
    hears: 'Choose. You chose 5.',
    ends: 'document-end',
  },
  {
    name: 'menu-without-a-choice',
    script: {
      documents: {
        '': '<Response><Gather input="dtmf" numDigits="1" action="chosen"><Say>Press one for sales.</Say></Gather><Say>Nothing chosen.</Say></Response>',
      },
    },
    says: [SILENCE],
    hears: 'Press one for sales. Nothing chosen.',
    ends: 'document-end',
  },
  {
    name: 'menu-into-a-conversation',
    script: {
      documents: {
        '': '<Response><Gather input="dtmf" numDigits="1" action="chosen"><Say>Press one for sales.</Say></Gather></Response>',
        chosen: gatherDocument({ greeting: '<Say>This is sales.</Say>' }),
      },
      model: { buy: [{ says: 'A bargain.' }] },
    },
    says: [{ keys: '1' }, 'I will buy it.'],
    hears: 'Press one for sales. This is sales. A bargain.',
  },
  {
    name: 'stage-by-get',
    script: {
      documents: {
        '': '<Response><Gather input="dtmf" numDigits="1" action="chosen?menu=2" method="GET"><Say>Choose.</Say></Gather></Response>',
        chosen: (parameters) =>
          `<Response><Say>${String(told('keys', parameters))} of menu ${String(parameters['menu'])}.</Say></Response>`,
      },
    },
    says: [{ keys: '4' }],
    hears: 'Choose. 4 of menu 2.',
    ends: 'document-end',
    also: lastMethod,
  },
  {
    name: 'part-that-is-never-reached',
    script: {
      documents: {
        '': standAloneDocument({
          before: '<Gather input="dtmf" numDigits="1" action="chosen"><Say>Choose.</Say></Gather>',
          tools: ORDER_STATUS,
        }),
        chosen: '<Response><Say>Chosen.</Say></Response>',
      },
    },
    says: [{ keys: '1' }],
    hears: 'Choose. Chosen.',
    ends: 'document-end',
    also: nothingAsked,
  },
  {
    name: 'redirects',
    script: {
      documents: {
        '': '<Response><Say>First.</Say><Redirect>second</Redirect><Say>Never.</Say></Response>',
        second:
          '<Response><Say>Second.</Say><Redirect method="GET">https://application.example/third</Redirect></Response>',
        third: '<Response><Say>Third.</Say></Response>',
      },
    },
    hears: 'First. Second. Third.',
    ends: 'document-end',
    also: lastMethod,
  },
  {
    name: 'application-out-of-order',
    script: { documents: {} },
    hears: ENGLISH.failure,
    ends: 'hangup',
  },
  {
    name: 'stage-out-of-order',
    script: { documents: { '': '<Response><Say>First.</Say><Redirect>gone</Redirect></Response>' } },
    hears: `First. ${ENGLISH.failure}`,
    ends: 'hangup',
  },
  {
    name: 'not-a-document',
    script: { documents: { '': '<html><p>Sorry</html>' } },
    hears: ENGLISH.failure,
    ends: 'hangup',
  },
];

import { gatherDocument } from '../../support/documents.ts';
import { WELCOME, dialled, type Scenario } from './scenario.ts';

const DIALLING = gatherDocument({
  converse: 'sessionTools="dial hangup"',
  system: 'Connect callers with the workshop.',
}).replace('<Speech/>', '<Destination name="workshop">+15550002222</Destination><Speech/>');

/** The model leads the caller away. */
export const transfers: readonly Scenario[] = [
  ...(['busy', 'no-answer', 'failed'] as const).map((status): Scenario => ({
    name: `transfer-${status}`,
    script: {
      documents: { '': DIALLING },
      model: {
        workshop: [
          { says: 'One moment, I connect you. ', calls: [{ name: 'dial', arguments: { destination: 'workshop' } }] },
          { says: 'They did not pick up. What else?' },
        ],
        'Nothing else': [{ says: 'Goodbye then.', calls: [{ name: 'hangup' }] }, {}],
      },
    },
    says: ['The workshop, please.', 'Nothing else.'],
    dials: [status],
    hears: `${WELCOME} One moment, I connect you. They did not pick up. What else? Goodbye then.`,
    ends: 'hangup',
    also: dialled('15550002222'),
  })),
  {
    name: 'transfer-to-a-number-of-the-caller',
    script: {
      documents: { '': DIALLING },
      model: {
        '+19005550000': [
          { calls: [{ name: 'dial', arguments: { destination: '+19005550000' } }] },
          { says: 'I cannot connect you there.' },
        ],
      },
    },
    says: ['Connect me with +19005550000.'],
    hears: `${WELCOME} I cannot connect you there.`,
    also: dialled(),
  },
  {
    name: 'transfer-with-a-message',
    script: {
      documents: {
        '': DIALLING.replace('name="workshop"', 'name="workshop" description="Repairs" message="I am connecting you."'),
      },
      model: {
        workshop: [
          { calls: [{ name: 'dial', arguments: { destination: 'workshop' } }] },
          { says: 'They are busy, I am afraid.' },
        ],
      },
    },
    says: ['The workshop, please.'],
    dials: ['busy'],
    hears: `${WELCOME} I am connecting you. They are busy, I am afraid.`,
    also: dialled('15550002222'),
  },
  {
    name: 'transfer-to-a-sip-address',
    script: {
      documents: { '': DIALLING.replace('+15550002222', 'sip:workshop@pbx.example.com') },
      model: {
        workshop: [
          { says: 'I connect you. ', calls: [{ name: 'dial', arguments: { destination: 'workshop' } }] },
          { says: 'They are busy, I am afraid.' },
        ],
      },
    },
    says: ['The workshop, please.'],
    dials: ['busy'],
    hears: `${WELCOME} I connect you. They are busy, I am afraid.`,
    also: dialled('sip:workshop@pbx.example.com'),
  },
  {
    name: 'transfer-completed',
    script: {
      documents: { '': DIALLING.replace('</Response>', '<Say>The workshop has hung up.</Say></Response>') },
      model: {
        workshop: [
          { says: 'One moment, I connect you. ', calls: [{ name: 'dial', arguments: { destination: 'workshop' } }] },
          {},
        ],
      },
    },
    says: ['The workshop, please.'],
    dials: ['completed'],
    hears: `${WELCOME} One moment, I connect you. The workshop has hung up.`,
    ends: 'document-end',
  },
  {
    name: 'redirect-by-the-model',
    script: {
      documents: {
        '': gatherDocument({ converse: 'sessionTools="redirect"' }).replace(
          '<Speech/>',
          '<Destination name="billing">https://application.example/billing</Destination><Speech/>',
        ),
        billing: '<Response><Say>This is billing.</Say></Response>',
      },
      model: {
        bill: [{ says: 'I pass you on. ', calls: [{ name: 'redirect', arguments: { destination: 'billing' } }] }, {}],
      },
    },
    says: ['My bill is wrong.'],
    hears: `${WELCOME} I pass you on. This is billing.`,
    ends: 'document-end',
  },
];

import type { PlatformName } from '../../../src/call/request.ts';
import { ENGLISH } from '../../../src/interpret/lines.ts';
import { claim } from '../../support/carriers/claims.ts';
import { standAloneDocument } from '../../support/documents.ts';
import { plain, noRecording, onEvery, onOthersThan, told, tells, dialled, type Scenario } from './scenario.ts';

/** Nearly as much as any carrier says at once. */
const LONG = Array.from({ length: 98 }, (_, index) => `Clause number ${index + 1} of our terms is short.`).join(' ');

/** Of `Google:en-GB-Standard-A`, `Polly:Amy`, `woman` and `AWS:Amy`, where it is not what Twilio says. */
const VOICES: { readonly [name in PlatformName]?: readonly string[] } = {
  cloudonix: ['Google:en-GB-Standard-A', 'Polly:Amy', 'woman', 'AWS:Amy'],
  signalwire: ['gcloud.en-GB-Standard-A', 'Polly.Amy', 'woman', 'Polly.Amy'],
  plivo: ['WOMAN', 'Polly.Amy', 'WOMAN', 'Polly.Amy'],
  jambonz: ['en-GB-Standard-A', 'Amy', 'default', 'Amy'],
};

const CONGESTED: { readonly [name in PlatformName]?: string } = { cloudonix: 'congestion', jambonz: '500' };

/** What the carrier does by itself. */
export const verbs: readonly Scenario[] = [
  {
    name: 'recording-to-the-next-stage',
    script: {
      documents: {
        '': '<Response><Say>Leave a message.</Say><Record action="recorded" maxLength="20" playBeep="true"/></Response>',
        recorded: (parameters) =>
          `<Response><Say>Kept ${String(told('recording', parameters)).split('/').at(-1)}.</Say></Response>`,
      },
    },
    hears: 'Leave a message. Kept 1.mp3.',
    ends: 'document-end',
    cannot: noRecording('Leave a message.'),
    also: tells('recording', 'https://recordings.example/1.mp3'),
  },
  ...(['completed', 'busy'] as const).map((status): Scenario => ({
    name: `dial-${status}`,
    script: {
      documents: {
        '': '<Response><Say>Connecting.</Say><Dial action="dialled" timeout="20">+15550003333</Dial></Response>',
        dialled: (parameters) => `<Response><Say>It was ${String(told('dial', parameters))}.</Say></Response>`,
      },
    },
    dials: [status],
    hears: `Connecting. It was ${status}.`,
    ends: 'document-end',
    also: (ran) => [...tells('dial', status)(ran), ...dialled('15550003333')(ran)],
  })),
  {
    name: 'dial-without-action',
    script: {
      documents: { '': '<Response><Dial><Number>+15550003333</Number></Dial><Say>They are gone.</Say></Response>' },
    },
    hears: 'They are gone.',
    ends: 'document-end',
  },
  {
    name: 'converse-between-verbs',
    script: {
      documents: {
        '': standAloneDocument({
          before: '<Say>Before.</Say><Pause length="1"/>',
          after: '<Play>chime.mp3</Play><Say>After.</Say>',
        }).replace('<Speech/>', '<User>Say something.</User>'),
      },
      model: { 'Say something': [{ says: 'Something.' }] },
    },
    hears: 'Before. Something. [AUDIO] After.',
    ends: 'document-end',
  },
  {
    name: 'dial-one-of-two',
    script: {
      documents: {
        '': '<Response><Dial callerId="+15550002222" timeLimit="600"><Number>+15550003333</Number><Number>+15550004444</Number></Dial></Response>',
      },
    },
    hears: '',
    ends: 'document-end',
    also: dialled('15550003333', '15550004444'),
  },
  {
    name: 'dial-a-sip-address',
    script: {
      documents: {
        '': '<Response><Dial action="dialled"><Sip>sip:desk@pbx.example.com</Sip></Dial></Response>',
        dialled: (parameters) => `<Response><Say>It was ${String(told('dial', parameters))}.</Say></Response>`,
      },
    },
    dials: ['failed'],
    hears: 'It was failed.',
    ends: 'document-end',
    also: dialled('sip:desk@pbx.example.com'),
  },
  {
    name: 'recording-with-a-prompt',
    script: {
      documents: {
        '': '<Response><Record action="recorded" maxLength="20" finishOnKey="#" trim="trim-silence"><Say>Speak now.</Say></Record></Response>',
        recorded: '<Response><Say>Kept.</Say></Response>',
      },
    },
    hears: 'Speak now. Kept.',
    ends: 'document-end',
    cannot: noRecording(''),
  },
  {
    name: 'attributes-of-cloudonix',
    script: {
      documents: {
        '': '<Response><Say answer="false" statusCallback="https://application.example/said">One.</Say><Play answer="false">chime.mp3</Play><Pause answer="false" length="1"/><Dial callerName="Desk" forwardHeaders="true" hangupOn="*" trunks="main">+15550003333</Dial><Say>Two.</Say></Response>',
      },
    },
    hears: 'One. [AUDIO] Two.',
    ends: 'document-end',
    also: dialled('15550003333'),
  },
  {
    name: 'voices-of-twilio',
    script: {
      documents: {
        '': '<Response><Say voice="Polly.Joanna">One.</Say><Say voice="Google.en-US-Neural2-F">Two.</Say><Say voice="alice">Three.</Say></Response>',
      },
    },
    hears: 'One. Two. Three.',
    ends: 'document-end',
  },
  {
    name: 'attributes-of-twilio',
    script: {
      documents: {
        '': '<Response><Say loop="1">One.</Say><Dial answerOnBridge="true" ringTone="at" hangupOnStar="true" timeout="200" timeLimit="30">+15550003333</Dial><Say>Two.</Say></Response>',
      },
    },
    hears: 'One. Two.',
    ends: 'document-end',
    also: dialled('15550003333'),
  },
  {
    name: 'dial-with-a-recording',
    script: {
      documents: {
        '': '<Response><Dial record="record-from-answer" recordingStatusCallback="https://application.example/recorded">+15550003333</Dial><Say>Done.</Say></Response>',
      },
    },
    hears: 'Done.',
    ends: 'document-end',
    also: dialled('15550003333'),
  },
  {
    name: 'dial-a-conference',
    script: {
      documents: {
        '': '<Response><Dial><Conference startConferenceOnEnter="true" endConferenceOnExit="false">standup</Conference></Dial></Response>',
      },
    },
    hears: '',
    ends: 'document-end',
    also: dialled('standup'),
  },
  {
    name: 'keys-that-are-played',
    script: { documents: { '': '<Response><Play digits="1w2"/><Say>Done.</Say></Response>' } },
    hears: '[1w2] Done.',
    ends: 'document-end',
  },
  {
    name: 'pause-of-200-s',
    script: { documents: { '': '<Response><Say>Wait.</Say><Pause length="200"/><Say>Done.</Say></Response>' } },
    isSilent: true,
    hears: 'Wait. Done.',
    ends: 'document-end',
    // Telnyx pauses for three minutes at most.
    also: ({ carrier, heard }) => [
      claim('seconds', Math.round(heard.longestSilenceMs / 1_000), carrier.name === 'telnyx' ? 180 : 200),
    ],
  },
  {
    name: 'dial-a-sip-address-in-plain-text',
    script: { documents: { '': '<Response><Dial>sip:desk@pbx.example.com</Dial></Response>' } },
    hears: '',
    ends: 'document-end',
    also: dialled('sip:desk@pbx.example.com'),
  },
  {
    name: 'rejected',
    script: { documents: { '': '<Response><Reject reason="busy"/></Response>' } },
    hears: '',
    ends: 'reject',
    also: ({ carrier, heard }) => [claim('reason', heard.endReason, carrier.name === 'jambonz' ? '486' : 'busy')],
  },
  {
    name: 'rejected-for-congestion',
    script: { documents: { '': '<Response><Reject reason="congestion"/></Response>' } },
    hears: '',
    ends: 'reject',
    also: ({ carrier, heard }) => [claim('reason', heard.endReason, CONGESTED[carrier.name] ?? 'rejected')],
  },
  {
    name: 'long-text',
    script: { documents: { '': `<Response><Say>${LONG}</Say></Response>` } },
    hears: LONG,
    ends: 'document-end',
  },
  {
    name: 'more-bytes-than-one-answer-holds',
    script: {
      documents: { '': `<Response>${`<Say>${'&amp; '.repeat(2_000)}</Say>`.repeat(12)}</Response>` },
    },
    hears: plain('& '.repeat(24_000)),
    ends: 'document-end',
  },
  {
    name: 'too-long-text',
    script: { documents: { '': `<Response><Say>${LONG} ${LONG}</Say></Response>` } },
    hears: '',
    cannot: onEvery({ because: /:1:\d+: error long-text .* 4096/, hears: ENGLISH.failure, ends: 'hangup' }),
  },
  {
    name: 'dial-a-service',
    script: {
      documents: {
        '': '<Response><Say>Here is our assistant.</Say><Dial><Service provider="vapi">assistant</Service></Dial></Response>',
      },
    },
    hears: 'Here is our assistant.',
    ends: 'document-end',
    cannot: onOthersThan('cloudonix', () => ({
      because: /:1:\d+: error platform-support .*<Service>/,
      hears: `Here is our assistant. ${ENGLISH.failure}`,
      ends: 'hangup',
    })),
  },
  {
    name: 'speech-markup',
    script: {
      documents: {
        '': '<Response><Say>Hello <break time="1s"/>there, <emphasis level="strong">caller</emphasis>.</Say></Response>',
      },
    },
    hears: 'Hello there, caller.',
    ends: 'document-end',
  },
  {
    name: 'voices',
    script: {
      documents: {
        '': '<Response><Say voice="Google:en-GB-Standard-A">One.</Say><Say voice="Polly:Amy">Two.</Say><Say voice="woman">Three.</Say><Say voice="AWS:Amy">Four.</Say></Response>',
      },
    },
    hears: 'One. Two. Three. Four.',
    ends: 'document-end',
    also: ({ carrier, heard }) => [
      claim(
        'voices',
        heard.sounds.map(({ voice }) => voice),
        VOICES[carrier.name] ?? ['Google.en-GB-Standard-A', 'Polly.Amy', 'woman', 'Polly.Amy'],
      ),
    ],
  },
];

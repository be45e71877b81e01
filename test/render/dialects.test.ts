import { describe, expect, test } from 'vitest';
import type { Markup } from '../../src/call/program.ts';
import type { PlatformName } from '../../src/call/request.ts';
import { readDocument } from '../../src/compile/read-document.ts';
import { attributeRules, DIALECTS, unsupportedIn } from '../../src/language/dialects.ts';
import { nameOfRow } from '../../src/language/grammar.ts';
import { inDialect } from '../../src/render/dialect.ts';
import { jambonzVerbs } from '../../src/render/jambonz.ts';
import { printXml } from '../../src/render/xml.ts';
import { BASE } from '../support/language.ts';

/** The verbs of a document as markup. */
function verbsOf(verbs: string): readonly Markup[] {
  const reading = readDocument(`<Response>${verbs}</Response>`, BASE);
  if (reading.kind !== 'program') throw new Error(JSON.stringify(reading.diagnostics));
  return reading.program.verbs.flatMap((verb) => (verb.kind === 'passed' ? [verb.markup] : []));
}

function response(platform: PlatformName, verbs: string): Markup {
  return inDialect({ name: 'Response', attributes: {}, children: verbsOf(verbs) }, platform);
}

const inXml = (platform: PlatformName, verbs: string): string =>
  printXml(response(platform, verbs)).replaceAll(/^<\?.*?\?>|<\/?Response\/?>/g, '');

/** What the document says, what the platform reads. */
type Case = readonly [document: string, written: string];

/** Speech markup that only some platforms read, each around a letter where it can be around something. */
const FOREIGN =
  '<mark name="m"/><audio src="https://a.example/">a</audio><voice name="x">b</voice><amazon:effect name="x">c</amazon:effect><amazon:domain name="x">d</amazon:domain><amazon:emotion name="x">e</amazon:emotion><amazon:breath/><amazon:auto-breaths><google:style name="x">f</google:style></amazon:auto-breaths>';

const TWIML: readonly Case[] = [
  ['<Gather speechTimeout="1.5"/>', '<Gather speechTimeout="2"/>'],
  ['<Gather speechTimeout="2"/>', '<Gather speechTimeout="2"/>'],
  ['<Gather speechTimeout="0.2"/>', '<Gather speechTimeout="1"/>'],
  ['<Gather speechTimeout="auto"/>', '<Gather speechTimeout="auto"/>'],
  ['<Gather timeout="0"/>', '<Gather timeout="1"/>'],
  ['<Gather timeout="auto"/>', '<Gather timeout="auto"/>'],
  ['<Gather maxTimeout="30" maxDuration="300" speechDetection="stt"/>', '<Gather/>'],
  ['<Gather input="speech,dtmf"/>', '<Gather input="speech dtmf"/>'],
  ['<Say voice="Polly:Amy">Hi</Say>', '<Say voice="Polly.Amy">Hi</Say>'],
  ['<Say voice="AWS:Amy">Hi</Say>', '<Say voice="Polly.Amy">Hi</Say>'],
  ['<Say voice="aws:Amy">Hi</Say>', '<Say voice="Polly.Amy">Hi</Say>'],
  ['<Say voice="Polly.Amy-Neural">Hi</Say>', '<Say voice="Polly.Amy-Neural">Hi</Say>'],
  ['<Say voice="ElevenLabs:Anna">Hi</Say>', '<Say voice="ElevenLabs.Anna">Hi</Say>'],
  ['<Say voice="woman" language="en-GB">Hi</Say>', '<Say voice="woman" language="en-GB">Hi</Say>'],
  ['<Say answer="false" statusCallback="https://a.example/" statusCallbackMethod="GET">Hi</Say>', '<Say>Hi</Say>'],
  [
    '<Say>Good <voice name="x">day</voice><audio src="https://a.example/">, caller</audio></Say>',
    '<Say>Good day, caller</Say>',
  ],
  ['<Play loop="0">https://a.example/x.mp3</Play>', '<Play loop="0">https://a.example/x.mp3</Play>'],
  [
    '<Play answer="false" statusCallback="https://a.example/" statusCallbackMethod="GET" digits="1w2"/>',
    '<Play digits="1w2"/>',
  ],
  ['<Pause length="0" answer="true"/>', '<Pause length="1"/>'],
  ['<Pause length="3"/>', '<Pause length="3"/>'],
  [
    '<Record maxSilence="3" answer="false" transcribeEngine="x" fileFormat="wav" maxLength="9"><Say>Speak.</Say><Pause/></Record>',
    '<Say>Speak.</Say><Pause/><Record maxLength="9"/>',
  ],
  ['<Reject reason="busy"/>', '<Reject reason="busy"/>'],
  ['<Dial>sip:a@b.example</Dial>', '<Dial><Sip>sip:a@b.example</Sip></Dial>'],
  ['<Reject reason="congestion"/>', '<Reject reason="rejected"/>'],
  ['<Reject reason="failed"/>', '<Reject reason="rejected"/>'],
  ['<Dial hangupOn="*">+1</Dial>', '<Dial hangupOnStar="true">+1</Dial>'],
  ['<Dial hangupOn="#" trunks="x" headers="a=b" forwardHeaders="true">+1</Dial>', '<Dial>+1</Dial>'],
  ['<Dial record="true">+1</Dial>', '<Dial record="record-from-answer">+1</Dial>'],
  ['<Dial record="record-from-answer-dual">+1</Dial>', '<Dial record="record-from-answer-dual">+1</Dial>'],
  ['<Dial><Header name="X-A" value="b"/><Number>+1</Number></Dial>', '<Dial><Number>+1</Number></Dial>'],
  [
    '<Dial><Sip domain="origin" username="u">sip:a@b.example</Sip></Dial>',
    '<Dial><Sip username="u">sip:a@b.example</Sip></Dial>',
  ],
  [
    '<Dial><Conference dtmf="pass" holdMusic="false" prompts="true" startConferenceOnEnter="required" talkDetection="quick" muted="true">room</Conference></Dial>',
    '<Dial><Conference startConferenceOnEnter="true" muted="true">room</Conference></Dial>',
  ],
  ['<Unheard of="x">y</Unheard>', '<Unheard of="x">y</Unheard>'],
];

const CASES: { readonly [P in Exclude<PlatformName, 'jambonz'>]: readonly Case[] } = {
  cloudonix: [
    ...TWIML.filter(([document]) => !/of=|"Polly\.|>sip:/.test(document)).map(([document]): Case => [
      document,
      document,
    ]),
    ['<Say voice="Google:en-GB-Standard-A">Hi</Say>', '<Say voice="Google:en-GB-Standard-A">Hi</Say>'],
    ['<Say voice="Polly.Joanna">Hi</Say>', '<Say voice="Polly:Joanna">Hi</Say>'],
    ['<Say voice="alice">Hi</Say>', '<Say voice="woman">Hi</Say>'],
    ['<Gather bargeIn="false" hints="a"/>', '<Gather interruptible="false" hints="a"/>'],
    ['<Gather bargeIn="true" speechModel="x" enhanced="true" maxSpeechTime="9" debug="true"/>', '<Gather/>'],
  ],
  twilio: [
    ...TWIML,
    ['<Gather interruptible="false"/>', '<Gather bargeIn="false"/>'],
    ['<Gather interruptible="true" minDigits="1" maxDigits="4" speechEngine="google"/>', '<Gather/>'],
    ['<Dial callerName="Ann">+1</Dial>', '<Dial>+1</Dial>'],
    ['<Say voice="Google:en-GB-Standard-A">Hi</Say>', '<Say voice="Google.en-GB-Standard-A">Hi</Say>'],
    [
      '<Connect><ConversationRelay url="wss://a.example/"/></Connect>',
      '<Connect><ConversationRelay url="wss://a.example/"/></Connect>',
    ],
  ],
  signalwire: [
    ...TWIML,
    ['<Gather interruptible="false"/>', '<Gather bargeIn="false"/>'],
    ['<Gather minDigits="1" maxDigits="4" speechEngine="google"/>', '<Gather/>'],
    ['<Dial callerName="Ann">+1</Dial>', '<Dial>+1</Dial>'],
    ['<Say voice="Google:en-GB-Standard-A">Hi</Say>', '<Say voice="gcloud.en-GB-Standard-A">Hi</Say>'],
    ['<Say voice="google.en-GB-Standard-A">Hi</Say>', '<Say voice="gcloud.en-GB-Standard-A">Hi</Say>'],
    ['<Enqueue>desk<Task>{}</Task></Enqueue>', '<Enqueue>desk</Enqueue>'],
  ],
  telnyx: [
    ...TWIML,
    ['<Gather interruptible="false" bargeIn="false" maxSpeechTime="9" debug="true"/>', '<Gather/>'],
    ['<Gather minDigits="1" maxDigits="4"/>', '<Gather minDigits="1" maxDigits="4"/>'],
    [
      '<Gather speechEngine="google" speechModel="x" enhanced="true"/>',
      '<Gather transcriptionEngine="Google" model="x" useEnhanced="true"/>',
    ],
    ['<Gather speechEngine="aws"/>', '<Gather/>'],
    ['<Gather timeout="300"/>', '<Gather timeout="120"/>'],
    [
      '<Gather action="https://a.example/" actionOnEmptyResult="true"/><Hangup/>',
      '<Gather action="https://a.example/"/><Redirect method="POST">https://a.example/</Redirect><Hangup/>',
    ],
    ['<Gather action="https://a.example/" actionOnEmptyResult="false"/>', '<Gather action="https://a.example/"/>'],
    ['<Pause length="900"/>', '<Pause length="180"/>'],
    [
      '<Dial callerName="Ann" timeout="2" timeLimit="9">+1</Dial>',
      '<Dial fromDisplayName="Ann" timeout="5" timeLimit="60">+1</Dial>',
    ],
    [
      '<Record maxLength="90000" transcribe="true" transcribeCallback="https://a.example/"/>',
      '<Record maxLength="14400" transcription="true" transcriptionCallback="https://a.example/"/>',
    ],
    ['<Say voice="Google:en-GB-Standard-A">Hi</Say>', '<Say voice="Google.en-GB-Standard-A">Hi</Say>'],
  ],
  plivo: [
    [
      '<Record action="https://a.example/" finishOnKey="#" maxLength="9" playBeep="false" fileFormat="wav"/>',
      '<Record action="https://a.example/" finishOnKey="#" maxLength="9" playBeep="false" fileFormat="wav"/>',
    ],
    [
      '<Dial callerId="+2" callerName="Ann" hangupOnStar="true">+1</Dial>',
      '<Dial callerId="+2" callerName="Ann" hangupOnStar="true"><Number>+1</Number></Dial>',
    ],
    [
      '<Dial hangupOnStar="true"><Conference endConferenceOnExit="true">room</Conference></Dial>',
      '<Conference hangupOnStar="true" endConferenceOnExit="true">room</Conference>',
    ],
    [
      '<Say><prosody volume="loud" pitch="high">a</prosody></Say>',
      '<Speak><prosody volume="loud" pitch="high">a</prosody></Speak>',
    ],
    [
      '<Say><p>a <s>b</s></p><break time="1s" strength="weak"/><emphasis level="strong">c</emphasis><lang xml:lang="de-DE">d</lang><phoneme alphabet="ipa" ph="e">e</phoneme><say-as interpret-as="date" format="dm" detail="1">f</say-as><sub alias="g">h</sub><w role="i">j</w></Say>',
      '<Speak><p>a <s>b</s></p><break time="1s" strength="weak"/><emphasis level="strong">c</emphasis><lang xml:lang="de-DE">d</lang><phoneme alphabet="ipa" ph="e">e</phoneme><say-as interpret-as="date" format="dm">f</say-as><sub alias="g">h</sub><w role="i">j</w></Speak>',
    ],
    [`<Say>${FOREIGN}</Say>`, '<Speak>abcdef</Speak>'],
    [
      '<Gather action="https://a.example/" input="speech dtmf" finishOnKey="#" numDigits="4" timeout="5" maxTimeout="90" speechTimeout="1.5" language="en-GB" hints="a"/>',
      '<GetInput action="https://a.example/" inputType="dtmf speech" finishOnKey="#" numDigits="4" digitEndTimeout="5" executionTimeout="60" speechEndTimeout="2" language="en-GB" hints="a"/>',
    ],
    ['<Gather finishOnKey="#*"/>', '<GetInput finishOnKey="#"/>'],
    ['<Gather finishOnKey=""/>', '<GetInput finishOnKey="none"/>'],
    ['<Gather timeout="1"/>', '<GetInput digitEndTimeout="2" executionTimeout="5"/>'],
    ['<Gather timeout="auto" speechTimeout="auto"/>', '<GetInput digitEndTimeout="auto" speechEndTimeout="auto"/>'],
    [
      '<Gather partialResultCallback="https://a.example/" partialResultCallbackMethod="GET" profanityFilter="true" speechModel="x"/>',
      '<GetInput interimSpeechResultsCallback="https://a.example/" interimSpeechResultsCallbackMethod="GET" profanityFilter="true" speechModel="x"/>',
    ],
    ['<Gather interruptible="false" bargeIn="false" enhanced="true" debug="true" speechEngine="aws"/>', '<GetInput/>'],
    [
      '<Gather action="https://a.example/" actionOnEmptyResult="true"><Play digits="1"/><Pause/></Gather>',
      '<DTMF>1</DTMF><GetInput action="https://a.example/"><Wait/></GetInput><Redirect method="POST">https://a.example/</Redirect>',
    ],
    [
      '<Say voice="man" language="en-GB" loop="2" answer="false">Hi</Say>',
      '<Speak voice="MAN" language="en-GB" loop="2">Hi</Speak>',
    ],
    ['<Say voice="WOMAN">Hi</Say>', '<Speak voice="WOMAN">Hi</Speak>'],
    ['<Say voice="AWS:Amy">Hi</Say>', '<Speak voice="Polly.Amy">Hi</Speak>'],
    ['<Say voice="Google:en-GB-Standard-A">Hi</Say>', '<Speak voice="WOMAN">Hi</Speak>'],
    ['<Say voice="alice">Hi</Say>', '<Speak voice="WOMAN">Hi</Speak>'],
    [
      '<Say>a <prosody rate="x" range="y">b</prosody><mark name="m"/></Say>',
      '<Speak>a <prosody rate="x">b</prosody></Speak>',
    ],
    ['<Play loop="0" answer="false">https://a.example/x.mp3</Play>', '<Play loop="0">https://a.example/x.mp3</Play>'],
    ['<Play digits="12w3"/>', '<DTMF>12w3</DTMF>'],
    ['<Pause length="0" answer="false"/>', '<Wait length="1"/>'],
    [
      '<Record timeout="3" recordingStatusCallback="https://a.example/" recordingStatusCallbackMethod="GET" transcribe="true" transcribeCallback="https://a.example/" trim="do-not-trim" answer="false"><Say>Speak.</Say></Record>',
      '<Speak>Speak.</Speak><Record timeout="3" callbackUrl="https://a.example/" callbackMethod="GET" transcriptionType="auto" transcriptionUrl="https://a.example/"/>',
    ],
    ['<Redirect>https://a.example/</Redirect>', '<Redirect>https://a.example/</Redirect>'],
    ['<Hangup/>', '<Hangup/>'],
    ['<Reject/>', '<Hangup reason="rejected"/>'],
    ['<Reject reason="busy"/>', '<Hangup reason="busy"/>'],
    ['<Reject reason="congestion"/>', '<Hangup reason="rejected"/>'],
    ['<Dial timeout="9" record="true" forwardHeaders="true">+1</Dial>', '<Dial timeout="9"><Number>+1</Number></Dial>'],
    [
      '<Dial hangupOn="*" answerOnBridge="true" sequential="true">sip:a@b.example</Dial>',
      '<Dial hangupOnStar="true"><User>sip:a@b.example</User></Dial>',
    ],
    [
      '<Dial><Header name="X-A" value="b"/><Number sendDigits="1" url="https://a.example/">+1</Number></Dial>',
      '<Dial><Number sendDigits="1">+1</Number></Dial>',
    ],
    [
      '<Dial><Sip username="u" password="p" url="https://a.example/">sip:a@b.example</Sip></Dial>',
      '<Dial><User>sip:a@b.example</User></Dial>',
    ],
    [
      '<Dial action="https://a.example/" timeLimit="60" timeout="9"><Conference muted="true" maxParticipants="4" beep="true" record="record-from-start" waitUrl="https://a.example/w" statusCallback="https://a.example/s" statusCallbackMethod="GET" holdMusic="false" prompts="true" startConferenceOnEnter="required">room</Conference></Dial>',
      '<Conference action="https://a.example/" timeLimit="60" muted="true" maxMembers="4" enterSound="beep:1" record="true" waitSound="https://a.example/w" callbackUrl="https://a.example/s" callbackMethod="GET" startConferenceOnEnter="true" exitSound="beep:1">room</Conference>',
    ],
    ['<Dial><Conference beep="onExit">room</Conference></Dial>', '<Conference exitSound="beep:1">room</Conference>'],
    [
      '<Sms to="+1" from="+2" statusCallback="https://a.example/">Hi</Sms>',
      '<Message dst="+1" src="+2" callbackUrl="https://a.example/">Hi</Message>',
    ],
    ['<Speak voice="MAN">native</Speak>', '<Speak voice="MAN">native</Speak>'],
  ],
};

describe.each(Object.entries(CASES) as [keyof typeof CASES, readonly Case[]][])('%s', (platform, cases) => {
  test.each(cases)('reads %s', (document, expected) => {
    expect(inXml(platform, document)).toBe(expected);
  });

  test('has a case for every rule', () => {
    expect(
      withoutCase(
        platform,
        cases.map(([document]) => document),
      ),
    ).toEqual([]);
  });
});

/** Rules that no document reaches. The method of a stage is ours to say, so no document's is written. */
function withoutCase(platform: PlatformName, documents: readonly string[]): readonly string[] {
  return Object.entries(DIALECTS[platform].elements).flatMap(([row, dialect]) =>
    Object.keys(dialect.attributes ?? {}).flatMap((attribute) => {
      const isWritten =
        attribute !== 'method' && attributeRules(dialect, attribute)?.some((rule) => rule.seenTo) !== true;
      const reached = new RegExp(`<${nameOfRow(row)}\\b[^<>]*\\b${attribute}="`);
      return !isWritten || documents.some((document) => reached.test(document)) ? [] : [`${row} ${attribute}`];
    }),
  );
}

const JAMBONZ: readonly [document: string, ...verbs: object[]][] = [
  ['<Say>Good day.</Say>', { verb: 'say', text: 'Good day.' }],
  [
    '<Say voice="Google:en-GB-Standard-A" language="en-GB" loop="0">Hi</Say>',
    {
      verb: 'say',
      text: 'Hi',
      loop: 'forever',
      synthesizer: { vendor: 'google', voice: 'en-GB-Standard-A', language: 'en-GB' },
    },
  ],
  [
    '<Say voice="Polly:Amy-Neural" loop="2">Hi</Say>',
    { verb: 'say', text: 'Hi', loop: 2, synthesizer: { vendor: 'aws', voice: 'Amy', engine: 'neural' } },
  ],
  ['<Say voice="AWS:Amy">Hi</Say>', { verb: 'say', text: 'Hi', synthesizer: { vendor: 'aws', voice: 'Amy' } }],
  [
    '<Say voice="Google:en-GB-Neural2-A">Hi</Say>',
    { verb: 'say', text: 'Hi', synthesizer: { vendor: 'google', voice: 'en-GB-Neural2-A', language: 'en-GB' } },
  ],
  ['<Say voice="alice">Hi</Say>', { verb: 'say', text: 'Hi', synthesizer: { vendor: 'default', voice: 'alice' } }],
  ['<Say voice="woman">Hi</Say>', { verb: 'say', text: 'Hi' }],
  [
    '<Say language="de-DE">Hi</Say>',
    { verb: 'say', text: 'Hi', synthesizer: { vendor: 'default', language: 'de-DE' } },
  ],
  ['<Say answer="false" statusCallback="https://a.example/">Hi</Say>', { verb: 'say', text: 'Hi', earlyMedia: true }],
  [
    `<Say><p>a</p><s>b</s><break/><lang xml:lang="de-DE">c</lang><phoneme ph="d">d</phoneme><prosody>e</prosody><say-as interpret-as="date">f</say-as><sub alias="g">h</sub><w>i</w>${FOREIGN}</Say>`,
    {
      verb: 'say',
      text: '<speak><p>a</p><s>b</s><break/><lang xml:lang="de-DE">c</lang><phoneme ph="d">d</phoneme><prosody>e</prosody><say-as interpret-as="date">f</say-as><sub alias="g">h</sub><w>i</w>abcdef</speak>',
    },
  ],
  [
    '<Say>Tom &amp; <emphasis>Ann</emphasis> <amazon:effect>now</amazon:effect></Say>',
    { verb: 'say', text: '<speak>Tom &amp; <emphasis>Ann</emphasis> now</speak>' },
  ],
  [
    '<Play loop="0" answer="false">https://a.example/</Play>',
    { verb: 'play', url: 'https://a.example/', loop: 'forever', earlyMedia: true },
  ],
  ['<Play digits="1w2"/>', { verb: 'dtmf', dtmf: '1w2' }],
  ['<Pause/>', { verb: 'pause', length: 1 }],
  ['<Pause length="3" answer="false"/>', { verb: 'pause', length: 3 }],
  ['<Hangup/>', { verb: 'hangup' }],
  ['<Leave/>', { verb: 'leave' }],
  ['<Redirect method="GET">https://a.example/</Redirect>', { verb: 'redirect', actionHook: 'https://a.example/' }],
  ['<Reject/>', { verb: 'sip:decline', status: 486 }],
  ['<Reject reason="congestion"/>', { verb: 'sip:decline', status: 500 }],
  [
    '<Gather action="https://a.example/" input="speech dtmf" timeout="3" maxTimeout="20" speechTimeout="1.5" speechEngine="google" speechModel="m" enhanced="true" language="en-GB" hints="gold, silver" profanityFilter="true" numDigits="4" actionOnEmptyResult="true" partialResultCallback="https://a.example/p"><Say>Yes?</Say></Gather>',
    {
      verb: 'gather',
      actionHook: 'https://a.example/',
      input: ['speech', 'digits'],
      interDigitTimeout: 3,
      timeout: 20,
      numDigits: 4,
      minDigits: 1,
      finishOnKey: '#',
      bargein: true,
      partialResultHook: 'https://a.example/p',
      recognizer: {
        vendor: 'google',
        asrTimeout: 1.5,
        model: 'm',
        enhancedModel: true,
        language: 'en-GB',
        hints: ['gold', 'silver'],
        profanityFilter: true,
      },
      say: { text: 'Yes?' },
    },
  ],
  [
    '<Gather input="speech" interruptible="false" bargeIn="false" timeout="7" debug="true"><Play>https://a.example/</Play><Pause/></Gather>',
    { verb: 'play', url: 'https://a.example/' },
    { verb: 'pause', length: 1 },
    {
      verb: 'gather',
      input: ['speech'],
      bargein: false,
      dtmfBargein: false,
      interDigitTimeout: 7,
      timeout: 7,
      minDigits: 1,
      finishOnKey: '#',
    },
  ],
  [
    '<Gather finishOnKey="*#" minDigits="2" maxDigits="4"/>',
    { verb: 'gather', finishOnKey: '*', minDigits: 2, maxDigits: 4, interDigitTimeout: 5, bargein: true },
  ],
  [
    '<Dial><Conference endConferenceOnExit="true">room</Conference></Dial>',
    { verb: 'conference', name: 'room', endConferenceOnExit: true },
  ],
  [
    '<Gather><Say>One.</Say><Play>https://a.example/</Play></Gather>',
    { verb: 'say', text: 'One.' },
    {
      verb: 'gather',
      bargein: true,
      interDigitTimeout: 5,
      minDigits: 1,
      finishOnKey: '#',
      play: { url: 'https://a.example/' },
    },
  ],
  [
    '<Gather foo="1" timeout="auto"/>',
    { verb: 'gather', bargein: true, interDigitTimeout: 5, minDigits: 1, finishOnKey: '#' },
  ],
  [
    '<Dial action="https://a.example/" callerId="+2" callerName="Ann" timeout="9" timeLimit="60" answerOnBridge="true" record="true" ringTone="us" hangupOnStar="true" forwardHeaders="true" sequential="true">+1</Dial>',
    {
      verb: 'dial',
      target: [{ type: 'phone', number: '+1' }],
      actionHook: 'https://a.example/',
      callerId: '+2',
      callerName: 'Ann',
      timeout: 9,
      timeLimit: 60,
      answerOnBridge: true,
    },
  ],
  [
    '<Dial><Header name="X-A" value="b"/><Sip username="u" password="p" url="https://a.example/">a@b.example</Sip></Dial>',
    {
      verb: 'dial',
      target: [{ type: 'sip', sipUri: 'sip:a@b.example', auth: { username: 'u', password: 'p' } }],
      headers: { 'X-A': 'b' },
    },
  ],
  [
    '<Dial><Number sendDigits="1" url="https://a.example/">+1</Number></Dial>',
    { verb: 'dial', target: [{ type: 'phone', number: '+1' }] },
  ],
  ['<Dial>sip:a@b.example</Dial>', { verb: 'dial', target: [{ type: 'sip', sipUri: 'sip:a@b.example' }] }],
  ['<Dial><Client><Identity>ann</Identity></Client></Dial>', { verb: 'dial', target: [{ type: 'user', name: 'ann' }] }],
  [
    '<Dial action="https://a.example/"><Conference beep="onEnter" muted="true" startConferenceOnEnter="required" maxParticipants="4" waitUrl="https://a.example/w" statusCallback="https://a.example/s" record="record-from-start" holdMusic="false" prompts="true">room</Conference></Dial>',
    {
      verb: 'conference',
      name: 'room',
      actionHook: 'https://a.example/',
      beep: true,
      joinMuted: true,
      startConferenceOnEnter: true,
      maxParticipants: 4,
      waitHook: 'https://a.example/w',
      statusHook: 'https://a.example/s',
    },
  ],
  ['<Dial><Conference/></Dial>', { verb: 'conference', name: 'default' }],
  [
    '<Dial action="https://a.example/"><Queue>desk</Queue></Dial>',
    { verb: 'dequeue', name: 'desk', actionHook: 'https://a.example/' },
  ],
  [
    '<Enqueue action="https://a.example/" waitUrl="https://a.example/w">desk</Enqueue>',
    { verb: 'enqueue', name: 'desk', actionHook: 'https://a.example/', waitHook: 'https://a.example/w' },
  ],
  [
    '<Refer action="https://a.example/"><Sip>sip:a@b.example</Sip></Refer>',
    { verb: 'sip:refer', referTo: 'sip:a@b.example', actionHook: 'https://a.example/' },
  ],
];

describe('jambonz', () => {
  test.each(JAMBONZ)('reads %s', (document, ...verbs) => {
    expect(jambonzVerbs(response('jambonz', document))).toEqual(verbs);
  });

  test('has a case for every rule', () => {
    expect(
      withoutCase(
        'jambonz',
        JAMBONZ.map(([document]) => document),
      ),
    ).toEqual([]);
  });
});

test.each<[PlatformName, string, string | undefined]>([
  ['twilio', '<Dial><Service provider="vapi">a</Service></Dial>', '<Service> cannot be used on twilio'],
  ['cloudonix', '<Dial><Service provider="vapi">a</Service></Dial>', undefined],
  [
    'plivo',
    '<Connect><Stream url="wss://a.example/"/></Connect>',
    '<Connect> cannot be used on plivo: its streams speak a protocol of their own',
  ],
  ['jambonz', '<Unheard/>', '<Unheard> cannot be used on jambonz'],
  ['twilio', '<Unheard/>', undefined],
])('on %s %s is refused with %s', (platform, document, reason) => {
  expect(verbsOf(document).map((verb) => unsupportedIn(verb, platform))).toEqual([reason]);
});

test('a name that every object has is one that nobody knows', () => {
  const verb = { name: 'constructor', attributes: { toString: 'x', constructor: 'y' }, children: [] };
  const root = { name: 'Response', attributes: {}, children: [verb] };
  for (const platform of ['cloudonix', 'twilio', 'signalwire', 'telnyx', 'plivo'] as const)
    expect(inDialect(root, platform)).toEqual(root);
});

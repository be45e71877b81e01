import type { RowName } from '../../../grammars/cxml.ts';

/** An application as the reference page begins with: what most of the elements below are for. */
const APPLICATION = `<Response>
  <Gather input="speech" speechTimeout="auto">
    <Say>Harbour Bikes, hello. How can I help?</Say>
    <Converse language="en-GB" sessionTools="hangup">
      <Tool name="findRepair" url="https://bikes.example/repairs/find">
        <Description>Finds a repair by its ticket number and says whether it is ready.</Description>
        <Parameter name="From"/>
        <Parameter name="ticket" type="integer" source="model" description="The number on the ticket"/>
      </Tool>
      <System>You answer the phone of a bicycle shop. Use findRepair when a caller asks about a repair. Say goodbye and hang up when they are done.</System>
      <Speech/>
    </Converse>
  </Gather>
</Response>`;

const CONVERSE = `<Gather input="speech">
  <Say>Hello. How can I help?</Say>
  <Converse language="en-GB" temperature="0.3">
    <System>You answer the phone of a bakery, in one or two short sentences.</System>
    <Speech/>
  </Converse>
</Gather>`;

const TOOL = `<Gather input="speech">
  <Converse>
    <Tool name="bookTable" url="https://bistro.example/tables/book" timeout="2.5" secret="bistro">
      <Description>Books a table once the caller has agreed to a day and a number of guests.</Description>
      <Parameter name="From"/>
      <Parameter name="CallerName" required="false"/>
      <Parameter name="guests" type="integer" source="model" description="How many people come"/>
      <Parameter name="room" type="enum" values="inside, terrace" source="model" description="Where they sit"/>
    </Tool>
    <System>You take bookings for a bistro. Use bookTable to book.</System>
    <Speech/>
  </Converse>
</Gather>`;

const SLOW_TOOL = `<Gather input="speech">
  <Converse>
    <Tool name="findInvoice" url="https://shop.example/invoices">
      <Description>Finds the caller’s last invoice and says what is due.</Description>
      <Parameter name="From"/>
      <Header name="X-Branch" value="north"/>
      <Filler after="1.5">I am looking for your invoice.</Filler>
      <Failure>I cannot see your invoices right now.</Failure>
    </Tool>
    <System>You answer questions about invoices. Use findInvoice.</System>
    <Speech/>
  </Converse>
</Gather>`;

const PROMPTS = `<Gather input="speech">
  <Converse>
    <System>You are the night porter of a small hotel. Answer in one sentence.</System>
    <User>When is breakfast?</User>
    <Assistant>From seven to ten, in the room by the garden.</Assistant>
    <Speech/>
  </Converse>
</Gather>`;

const DIAL_NUMBERS = `<Dial timeout="20" callerId="+15550001111" action="/dialled">
  <Header name="X-Ticket" value="42"/>
  <Number sendDigits="ww7">+15550002222</Number>
</Dial>`;

const STREAM = `<Start>
  <Stream name="minutes" url="wss://listen.example/audio" track="both_tracks">
    <Parameter name="room" value="12"/>
  </Stream>
</Start>`;

const RELAY = `<Connect action="/done">
  <ConversationRelay url="wss://voice.example/relay" welcomeGreeting="Hello." interruptible="speech">
    <Language code="es-ES" voice="Lupe-Neural" ttsProvider="Amazon"/>
    <Parameter name="customer" value="1042"/>
  </ConversationRelay>
</Connect>`;

const VIRTUAL_AGENT = `<Connect>
  <VirtualAgent connectorName="support" language="en-US">
    <Config name="sentimentAnalysis" value="true"/>
  </VirtualAgent>
</Connect>`;

const QUEUE = `<Enqueue action="/left" waitUrl="https://shop.example/wait.xml">support</Enqueue>`;

const PAY = `<Pay chargeAmount="20.45" currency="eur" action="/paid">
  <Prompt for="payment-card-number">
    <Say>Please key your card number.</Say>
  </Prompt>
</Pay>`;

const say = (inside: string): string => `<Say>${inside}</Say>`;
const dial = (inside: string): string => `<Dial>\n  ${inside}\n</Dial>`;

/** One example for each row of the grammar: what stands in `<Response>`. The tests check every one of them. */
export const REFERENCE_EXAMPLES: { readonly [R in RowName]: string } = {
  Response: APPLICATION,
  Gather: `<Gather input="dtmf speech" numDigits="1" timeout="5" action="/chosen">
  <Say>Press one for sales, or say what you need.</Say>
</Gather>`,
  Converse: CONVERSE,
  Tool: TOOL,
  Description: TOOL,
  Parameter: TOOL,
  Filler: SLOW_TOOL,
  Failure: SLOW_TOOL,
  System: PROMPTS,
  User: PROMPTS,
  Assistant: PROMPTS,
  Destination: `<Gather input="speech">
  <Converse sessionTools="dial">
    <System>You connect callers with the workshop if they ask for it.</System>
    <Destination name="workshop" description="questions about a repair" message="I will put you through.">+15550002222</Destination>
    <Speech/>
  </Converse>
</Gather>`,
  Speech: PROMPTS,
  Say: '<Say voice="woman" language="en-GB">Your table is booked for <say-as interpret-as="time">19:30</say-as>.</Say>',
  Play: '<Play loop="2">https://shop.example/jingle.mp3</Play>',
  Pause: '<Pause length="2"/>',
  Record: `<Record action="/recorded" maxLength="120" finishOnKey="#">
  <Say>Leave your message after the tone.</Say>
</Record>`,
  Redirect: '<Redirect method="GET">/menu.xml</Redirect>',
  Hangup: '<Say>Goodbye.</Say>\n<Hangup/>',
  Reject: '<Reject reason="busy"/>',
  Dial: '<Dial timeout="20" action="/dialled">+15550002222</Dial>',
  Header: DIAL_NUMBERS,
  ToolHeader: SLOW_TOOL,
  Number: DIAL_NUMBERS,
  Sip: dial('<Sip username="desk" password="let-me-in">sip:desk@pbx.example;transport=tls</Sip>'),
  Conference: dial('<Conference beep="onEnter" maxParticipants="8" endConferenceOnExit="true">stand-up</Conference>'),
  Service: dial('<Service provider="vapi">assistant-1042</Service>'),
  Coach: '<Coach listen="true" whisper="true" callerId="+15550001111">+15550002222</Coach>',
  Start: STREAM,
  Stop: `<Stop>
  <Stream name="minutes"/>
</Stop>`,
  Connect: RELAY,
  Stream: STREAM,
  StoppedStream: `<Stop>
  <Stream name="minutes"/>
</Stop>`,
  CustomParameter: STREAM,
  Siprec: `<Start>
  <Siprec name="compliance" connectorName="recorder" track="both_tracks"/>
</Start>`,
  Transcription: `<Start>
  <Transcription name="live" languageCode="en-GB" statusCallbackUrl="https://shop.example/transcript"/>
</Start>`,
  Recording: `<Start>
  <Recording channels="dual" recordingStatusCallback="https://shop.example/recorded"/>
</Start>`,
  ConversationRelay: RELAY,
  Language: RELAY,
  Room: `<Connect>
  <Room participantIdentity="caller">consultation</Room>
</Connect>`,
  VirtualAgent: VIRTUAL_AGENT,
  ConnectedAssistant: `<Connect>
  <Assistant id="assistant-1042" welcomeGreeting="Hello."/>
</Connect>`,
  Config: VIRTUAL_AGENT,
  Enqueue: QUEUE,
  Task: `<Enqueue workflowSid="WW00000000000000000000000000000001">
  <Task priority="5" timeout="120">{"language": "en"}</Task>
</Enqueue>`,
  Leave: '<Leave/>',
  Queue: dial('<Queue url="https://shop.example/about-to-connect.xml">support</Queue>'),
  Echo: '<Echo/>',
  Pay: PAY,
  Prompt: PAY,
  Refer: `<Refer action="/referred">
  <Sip>sip:desk@pbx.example</Sip>
</Refer>`,
  ReferSip: `<Refer>
  <Sip>sip:desk@pbx.example</Sip>
</Refer>`,
  Sms: '<Sms to="+15550002222" from="+15550001111">Your order is ready.</Sms>',
  Client: dial('<Client>\n    <Identity>dana</Identity>\n    <Parameter name="ticket" value="42"/>\n  </Client>'),
  Identity: dial('<Client>\n    <Identity>dana</Identity>\n  </Client>'),
  Sim: dial('<Sim>DE00000000000000000000000000000001</Sim>'),
  WhatsApp: dial('<WhatsApp>+15550002222</WhatsApp>'),
  Application: dial(`<Application copyParentTo="true">
    <ApplicationSid>AP00000000000000000000000000000001</ApplicationSid>
    <Parameter name="ticket" value="42"/>
  </Application>`),
  ApplicationSid: dial(`<Application>
    <ApplicationSid>AP00000000000000000000000000000001</ApplicationSid>
  </Application>`),

  break: say('One moment.<break time="500ms"/> Thank you.'),
  emphasis: say('That is <emphasis level="strong">today</emphasis>.'),
  lang: say('In Paris they say <lang xml:lang="fr-FR">bonjour</lang>.'),
  p: say('<p>First, your booking.</p><p>Then, your bill.</p>'),
  phoneme: say('Take the <phoneme alphabet="ipa" ph="ˈkeɪ">quay</phoneme> on the left.'),
  prosody: say('<prosody rate="slow" pitch="-10%">Please listen carefully.</prosody>'),
  s: say('<p><s>Your order is ready.</s><s>We close at six.</s></p>'),
  'say-as': say('Your code is <say-as interpret-as="digits">4071</say-as>.'),
  sub: say('Call the <sub alias="help desk">HD</sub>.'),
  w: say('I <w role="amazon:VBD">read</w> your letter.'),
  audio: say('<audio src="https://shop.example/chime.mp3">A chime.</audio>'),
  mark: say('Here <mark name="price"/>is the price.'),
  voice: say('<voice name="Polly:Amy">And now the weather.</voice>'),
  'amazon:effect': say('<amazon:effect name="whispered">It is a secret.</amazon:effect>'),
  'amazon:domain': say('<amazon:domain name="conversational">Good to hear from you.</amazon:domain>'),
  'amazon:emotion': say('<amazon:emotion name="excited" intensity="medium">You have won.</amazon:emotion>'),
  'amazon:breath': say('That was a long day.<amazon:breath duration="medium" volume="soft"/> Good night.'),
  'amazon:auto-breaths': say('<amazon:auto-breaths frequency="low">Here is the whole story.</amazon:auto-breaths>'),
  'google:style': say('<google:style name="lively">Welcome back.</google:style>'),
};

/** The whole document of a row's example. */
export function exampleDocument(row: RowName): string {
  const example = REFERENCE_EXAMPLES[row];
  return row === 'Response' ? example : `<Response>\n${example}\n</Response>`;
}

import { test } from 'vitest';
import { conversation, expectDiagnostics, expectValid } from '../../support/language.ts';

test.each([
  [
    'a noun at the top',
    '<Response><Tool name="a" url="/a"><Description>Looks up an order.</Description></Tool></Response>',
    '1:12',
    'Tool',
    '<Tool> cannot stand in <Response>; expected in <Converse>',
  ],
  [
    'a verb in a verb',
    '<Response><Gather><Hangup/></Gather></Response>',
    '1:20',
    'Hangup',
    '<Hangup> cannot stand in <Gather>; expected in <Response>',
  ],
  [
    'a verb in speech',
    '<Response><Say>a<Pause/></Say></Response>',
    '1:18',
    'Pause',
    '<Pause> cannot stand in <Say>; expected in <Response> or <Gather> or <Record> or <Prompt>',
  ],
  [
    'a document in a document',
    '<Response><Response/></Response>',
    '1:12',
    'Response',
    '<Response> cannot stand in <Response>; it is the document itself',
  ],
  [
    'a noun of another verb',
    '<Response><Connect><Number>1</Number></Connect></Response>',
    '1:21',
    'Number',
    '<Number> cannot stand in <Connect>; expected in <Dial>',
  ],
])('refuses %s', (_, document, at, text, message) => {
  expectDiagnostics(document).toEqual([{ code: 'wrong-nesting', at, text, message }]);
});

test('refuses what we carry out ourselves inside an element that only the platform may know', () => {
  expectDiagnostics('<Response><Gathr><Converse><System>Help.</System></Converse></Gathr></Response>').toEqual([
    { code: 'unknown-element', at: '1:12', text: 'Gathr', message: 'unknown verb <Gathr>; did you mean <Gather>?' },
    {
      code: 'wrong-nesting',
      at: '1:19',
      text: 'Converse',
      message: '<Converse> cannot stand in <Gathr>; expected in <Response> or <Gather>',
    },
  ]);
});

test('tells elements of one name apart by where they stand', () => {
  expectValid(
    '<Response><Connect><Stream url="wss://a.example"><Parameter name="a" value="1"/></Stream></Connect></Response>',
  );
  expectValid(
    conversation(
      '<Tool name="a" url="/a"><Description>Looks up an order.</Description><Parameter name="From"/></Tool>',
    ),
  );
  expectValid('<Response><Connect><Assistant id="a"/></Connect></Response>');
  expectValid('<Response><Refer><Sip>sip:a@b.example</Sip></Refer><Stop><Stream name="a"/></Stop></Response>');
});

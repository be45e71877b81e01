import { describe, expect, test } from 'vitest';
import { readDocument } from '../../../src/compile/read-document.ts';
import type { KnownPlatform } from '../../../src/language/platforms.ts';
import type { ValidateOptions } from '../../../src/language/validate.ts';
import { BASE, conversation, expectValid, findings } from '../../support/language.ts';

const document = (parameter: string): string =>
  conversation(`<Tool name="a" url="/a"><Description>Looks up an order.</Description>${parameter}</Tool>`);
const found = (parameter: string, options: ValidateOptions): unknown =>
  findings(document(parameter), readDocument(document(parameter), BASE, options).diagnostics);
const otherwise = 'required="false" or source="model"';

test.each<[string, KnownPlatform, string, string]>([
  [
    'what another platform calls otherwise',
    'twilio',
    'Session',
    `; expected an alias of "Session" for "CallSid", ${otherwise}`,
  ],
  [
    'what another platform calls otherwise, there too',
    'jambonz',
    'From',
    `; expected an alias of "From" for "from", ${otherwise}`,
  ],
  ['a slip', 'twilio', 'Frm', '; did you mean "From"?'],
  ['what only a model can know', 'cloudonix', 'city', `; expected ${otherwise}`],
  ['a field that an object does not have', 'cloudonix', 'SessionData.city', `; expected ${otherwise}`],
  ['a field of what is no object', 'twilio', 'From.user', `; expected ${otherwise}`],
  ['an inherited name', 'twilio', 'toString', `; expected ${otherwise}`],
])('warns of %s', (_, platform, name, mend) => {
  expect(found(`<Parameter name="${name}"/>`, { platform })).toEqual([
    { code: 'unsent-parameter', at: '2:87', text: name, message: `${platform} never sends "${name}"${mend}` },
  ]);
});

test('warns of an alias for what is never sent either', () => {
  const message = `twilio never sends "Session" nor its alias "CallSidd"; expected an alias of "Session" for "CallSid", ${otherwise}`;
  expect(found('<Parameter name="Session"/>', { platform: 'twilio', aliases: { Session: 'CallSidd' } })).toEqual([
    { code: 'unsent-parameter', at: '2:87', text: 'Session', message },
  ]);
});

describe('takes', () => {
  test.each<[string, KnownPlatform, string]>([
    ['what is sent', 'twilio', '<Parameter name="CallSid"/>'],
    ['what is sent with some requests', 'twilio', '<Parameter name="DialCallStatus"/>'],
    ['a field of an object', 'cloudonix', '<Parameter name="SessionData.token"/>'],
    ['a field of an object that is the trunk’s', 'cloudonix', '<Parameter name="SessionData.profile.trunk.x"/>'],
    ['a header of a trunk', 'twilio', '<Parameter name="SipHeader_X-Tenant"/>'],
    ['what need not be there', 'twilio', '<Parameter name="Session" required="false"/>'],
    ['what the model gives', 'twilio', '<Parameter name="city" source="model"/>'],
  ])('%s', (_, platform, parameter) => {
    expect(found(parameter, { platform })).toEqual([]);
  });

  test('what an alias gives', () => {
    const parameter = '<Parameter name="Session"/>';
    expect(found(parameter, { platform: 'twilio', aliases: { Session: 'CallSid' } })).toEqual([]);
  });

  test('everything, as long as no platform is chosen', () => {
    expectValid(document('<Parameter name="city"/>'));
  });
});

import { test } from 'vitest';
import { expectDiagnostics, expectValid } from '../../support/language.ts';

const dial = (content: string): string => `<Response><Dial>${content}</Dial></Response>`;

test.each([
  [
    'a number beside a conference',
    '<Number>1</Number><Conference>a</Conference>',
    '1:36',
    'Conference',
    '<Conference> beside <Number> in <Dial>; expected one target',
  ],
  [
    'two conferences',
    '<Conference>a</Conference><Conference>b</Conference>',
    '1:44',
    'Conference',
    '<Conference> beside <Conference> in <Dial>; expected one target',
  ],
  [
    'text beside a number',
    '+15550100<Number>1</Number>',
    '1:27',
    'Number',
    '<Number> beside text in <Dial>; expected one target',
  ],
])('refuses %s', (_, content, at, text, message) => {
  expectDiagnostics(dial(content)).toEqual([{ code: 'conflicting-children', at, text, message }]);
});

test.each([
  '+15550100',
  '<Number>1</Number><Number>2</Number><Sip>sip:a@b.example</Sip>',
  '<Header name="X-A" value="1"/><Number>1</Number>',
])('takes %s', (content) => {
  expectValid(dial(content));
});

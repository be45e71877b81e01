import { test } from 'vitest';
import { conversation, expectDiagnostics, expectValid } from '../../support/language.ts';

test('warns of a verb that it does not know and suggests the nearest', () => {
  expectDiagnostics('<Response><Gathr/></Response>').toEqual([
    { code: 'unknown-element', at: '1:12', text: 'Gathr', message: 'unknown verb <Gathr>; did you mean <Gather>?' },
  ]);
});

test('suggests only what may stand there', () => {
  expectDiagnostics(conversation('<Tol/><Gathr/>')).toEqual([
    { code: 'unknown-element', at: '2:2', text: 'Tol', message: 'unknown element <Tol>; did you mean <Tool>?' },
    { code: 'unknown-element', at: '2:8', text: 'Gathr', message: 'unknown element <Gathr>' },
  ]);
});

test('says nothing of what is inside an unknown element', () => {
  expectDiagnostics('<Response><AIGather><Greeting>Hello</Greeting><Say>Hi</Say></AIGather></Response>').toEqual([
    {
      code: 'unknown-element',
      at: '1:12',
      text: 'AIGather',
      message: 'unknown verb <AIGather>; did you mean <Gather>?',
    },
  ]);
});

test.each(['<GATHER INPUT="x"/>'.replace(' INPUT="x"', ''), '<hangup/>', '<rEdIrEcT>/next</rEdIrEcT>'])(
  'knows %s whatever its case',
  (verb) => {
    expectValid(`<Response>${verb}</Response>`);
  },
);

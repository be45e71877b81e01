import { test } from 'vitest';
import { expectDiagnostics, expectValid } from '../../support/language.ts';

const gather = (attributes: string): string =>
  `<Response><Gather${attributes}><Converse><User>a</User><Speech/></Converse></Gather></Response>`;

test.each([
  ['by default', '', '1:12', 'Gather'],
  ['as written', ' input="dtmf"', '1:26', 'dtmf'],
])('warns of a conversation over keys %s', (_, attributes, at, text) => {
  expectDiagnostics(gather(attributes)).toEqual([
    {
      code: 'unspeakable-input',
      at,
      text,
      message: '"input" of <Gather> is "dtmf" and it holds a conversation; expected "speech"',
    },
  ]);
});

test.each([' input="speech"', ' input="dtmf speech"', ' input="speech,dtmf"'])('takes%s', (attributes) => {
  expectValid(gather(attributes));
});

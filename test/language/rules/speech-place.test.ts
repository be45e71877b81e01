import { test } from 'vitest';
import { expectDiagnostics } from '../../support/language.ts';

test('warns of a conversation in a Gather that hears nobody', () => {
  expectDiagnostics('<Response><Gather input="speech"><Converse><User>a</User></Converse></Gather></Response>').toEqual(
    [{ code: 'missing-speech', at: '1:35', text: 'Converse', message: '<Converse> in <Gather> has no <Speech/>' }],
  );
});

test('warns of Speech that is not last', () => {
  expectDiagnostics(
    '<Response><Gather input="speech"><Converse><Speech/><User>a</User></Converse></Gather></Response>',
  ).toEqual([
    {
      code: 'misplaced-speech',
      at: '1:45',
      text: 'Speech',
      message: '<Speech/> is not the last child; expected it at the end',
    },
  ]);
});

test('warns of Speech outside Gather', () => {
  expectDiagnostics('<Response><Converse><User>a</User><Speech/></Converse></Response>').toEqual([
    {
      code: 'misplaced-speech',
      at: '1:36',
      text: 'Speech',
      message: '<Speech/> outside <Gather> has nothing to stand for',
    },
  ]);
});

import { test } from 'vitest';
import { conversation, expectDiagnostics, expectValid } from '../../support/language.ts';

const tool = (name: string): string =>
  `<Tool name="${name}" url="/t"><Description>Looks up an order.</Description></Tool>`;

test('refuses a second tool of the same name', () => {
  expectDiagnostics(conversation(tool('look') + tool('look'))).toEqual([
    { code: 'duplicate-tool', at: '2:92', text: 'look', message: 'a second tool named "look"' },
  ]);
});

test('refuses a second tool whose name models see alike', () => {
  expectDiagnostics(conversation(tool('look_up') + tool('look up'))).toEqual([
    {
      code: 'duplicate-tool',
      at: '2:95',
      text: 'look up',
      message: 'a second tool named "look up", which models see as "look_up" like "look_up"',
    },
    { code: 'mapped-tool-name', at: '2:95', text: 'look up', message: 'models see the tool "look up" as "look_up"' },
  ]);
});

test('warns of a name that no model API takes', () => {
  expectDiagnostics(conversation(tool('prüfen!'))).toEqual([
    { code: 'mapped-tool-name', at: '2:13', text: 'prüfen!', message: 'models see the tool "prüfen!" as "pr_fen_"' },
  ]);
});

test('refuses the name of a session tool that is asked for', () => {
  const document = (asked: string): string =>
    `<Response><Converse sessionTools="${asked}"><User>+15550100</User>${tool('dial')}</Converse></Response>`;
  expectDiagnostics(document('hangup dial')).toEqual([
    { code: 'reserved-tool-name', at: '1:82', text: 'dial', message: 'the tool "dial" has the name of a session tool' },
  ]);
  expectValid(document('hangup'));
});

test('takes one name in two conversations', () => {
  expectValid(
    `<Response><Converse><User>a</User>${tool('a')}</Converse><Converse><User>b</User>${tool('a')}</Converse></Response>`,
  );
});

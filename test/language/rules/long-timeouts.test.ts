import { test } from 'vitest';
import { conversation, expectDiagnostics, expectValid } from '../../support/language.ts';

const tools = (...timeouts: readonly (number | undefined)[]): string =>
  conversation(
    timeouts
      .map((each, index) => `<Tool name="t${index}" url="/t"${each === undefined ? '' : ` timeout="${each}"`}/>`)
      .join('')
      .replaceAll('/>', '><Description>Looks up an order.</Description></Tool>'),
  );

test.each([
  ['two tools', tools(30, 30.5), '2:125', '30.5', '2 tools', 60.5],
  ['a tool beside one with the default', tools(undefined, 57), '2:112', '57', '2 tools', 61],
  ['as many as a turn may call', tools(...Array.from({ length: 9 }, () => 8)), '2:35', '8', '8 tools', 64],
])('warns of %s that can take longer than a turn', (_, document, at, text, count, seconds) => {
  expectDiagnostics(document).toEqual([
    {
      code: 'long-timeouts',
      at,
      text,
      message: `${count} of this <Converse> can take ${seconds} seconds one after the other; expected at most 60, the length of a turn`,
    },
  ]);
});

test.each([
  ['tools that fit a turn', tools(30, 26, undefined)],
  ['many tools with the default', tools(...Array.from({ length: 20 }, () => undefined))],
  ['the longest tool', tools(60)],
])('takes %s', (_, document) => {
  expectValid(document);
});

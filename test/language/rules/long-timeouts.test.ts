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
  ['three tools', tools(29, 30, 1.5), '2:125', '30', '3 tools', 60.5],
  ['tools beside one with the default', tools(undefined, 30, 27), '2:112', '30', '3 tools', 61],
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
  ['the longest tool', tools(30)],
])('takes %s', (_, document) => {
  expectValid(document);
});

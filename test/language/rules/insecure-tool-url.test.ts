import { test } from 'vitest';
import { conversation, expectDiagnostics, expectValid } from '../../support/language.ts';

const tool = (url: string): string =>
  conversation(`<Tool name="a" url="${url}"><Description>Looks up an order.</Description></Tool>`);

test('warns of a tool over http', () => {
  expectDiagnostics(tool('http://tools.example.com/a')).toEqual([
    {
      code: 'insecure-tool-url',
      at: '2:21',
      text: 'http://tools.example.com/a',
      message: 'the tool\'s URL is "http://tools.example.com/a"; expected https',
    },
  ]);
});

test('warns of a relative one in a document over http', () => {
  expectDiagnostics(tool('/a'), 'http://app.example.com/').toEqual([
    { code: 'insecure-tool-url', at: '2:21', text: '/a', message: 'the tool\'s URL is "/a"; expected https' },
  ]);
});

test.each(['https://tools.example.com/a', '/a'])('takes %s', (url) => {
  expectValid(tool(url));
});

test('leaves loopback to the rule on private hosts', () => {
  expectDiagnostics(tool('http://localhost:3000/')).toEqual([
    {
      code: 'private-tool-url',
      at: '2:21',
      text: 'http://localhost:3000/',
      message: 'the tool\'s URL is "http://localhost:3000/", on the private host localhost',
    },
  ]);
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createEventReader } from '../../src/model/sse.ts';

type Seen = readonly (readonly [kind: 'event' | 'done' | 'noise' | 'too-long', value?: unknown, name?: string])[];

function readAll(chunks: readonly (Buffer | string)[], limitBytes = 1_000): Seen {
  const seen: (readonly ['event' | 'done' | 'noise' | 'too-long', unknown?, string?])[] = [];
  const reader = createEventReader(
    {
      onEvent: (event, name) => seen.push(name === '' ? ['event', event] : ['event', event, name]),
      onDone: () => seen.push(['done']),
      onNoise: (text) => seen.push(['noise', text]),
      onAlike: () => -1,
      onTooLong: () => seen.push(['too-long']),
    },
    limitBytes,
  );
  for (const chunk of chunks) reader.push(Buffer.from(chunk));
  reader.end();
  return seen;
}

describe('createEventReader', () => {
  test.each<[string, string, Seen]>([
    ['one event', 'data: {"a":1}\n\n', [['event', { a: 1 }]]],
    ['an event without its space', 'data:{"a":1}\n\n', [['event', { a: 1 }]]],
    [
      'an event without its blank line',
      'data: 1\ndata: 2\n',
      [
        ['event', 1],
        ['event', 2],
      ],
    ],
    ['an event without its line end', 'data: 1', [['event', 1]]],
    ['an event without data:', '{"a":1}\n', [['event', { a: 1 }]]],
    ['an event over several lines', 'data: {"a":\ndata: 1}\n\n', [['event', { a: 1 }]]],
    ['an event after one that was broken off', 'data: {"a":\ndata: {"b":1}\n\n', [['event', { b: 1 }]]],
    [
      'a broken event by itself',
      'data: {"a":\n\ndata: 1\n',
      [
        ['noise', '{"a":'],
        ['event', 1],
      ],
    ],
    [
      'CRLF',
      'data: 1\r\n\r\ndata: 2\r\n',
      [
        ['event', 1],
        ['event', 2],
      ],
    ],
    ['a byte order mark', '\ufeffdata: 1\n', [['event', 1]]],
    ['comments, ids and retry times', ': hi\n:\nid: 1\nid\nretry: 5\n\n', []],
    [
      'the name of an event, once',
      'event: error\ndata: 1\n\ndata: 2\n\n',
      [
        ['event', 1, 'error'],
        ['event', 2],
      ],
    ],
    ['an error field', 'error: {"code":400}\n\n', [['event', { code: 400 }, 'error']]],
    ['the end', 'data: 1\n\ndata: [DONE]\n\n', [['event', 1], ['done']]],
    ['the end without its space and line end', 'data:[DONE]', [['done']]],
    [
      'what is no event',
      '<html>\nhello\n',
      [
        ['noise', '<html>'],
        ['noise', 'hello'],
      ],
    ],
    ['nothing', '', []],
  ])('reads %s', (_, text, expected) => {
    expect(readAll([text])).toEqual(expected);
  });

  test('reads the same however the bytes are cut', () => {
    const text =
      '\ufeff: hi\r\ndata: {"a":"Köln 🌤 \\n"}\r\n\r\nevent: x\ndata:{"b":\ndata: [1,2]}\n\n{"c":"€"}\nnoise\ndata: [DONE]\n\n';
    const bytes = Buffer.from(text);
    const whole = readAll([bytes]);
    expect(whole).toHaveLength(5);
    fc.assert(
      fc.property(fc.array(fc.nat({ max: bytes.length })), (cuts) => {
        const ends = [...cuts.toSorted((a, b) => a - b), bytes.length];
        const chunks = ends.map((end, index) => bytes.subarray(index === 0 ? 0 : ends[index - 1], end));
        expect(readAll(chunks)).toEqual(whole);
      }),
    );
  });

  test.each([
    ['a line', ['data: "', 'x'.repeat(60), 'x'.repeat(60), '"\ndata: 1\n']],
    [
      'an event over lines',
      ['data: {\n', `data: "${'x'.repeat(60)}":\n`, `data: "${'x'.repeat(60)}"\n`, 'data: }\ndata: 1\n'],
    ],
  ])('stops at %s that is too long', (_, chunks) => {
    expect(readAll(chunks, 100)).toEqual([['too-long']]);
  });

  test('an event of the limit is read', () => {
    expect(readAll([`data: "${'x'.repeat(92)}"`, '\n'], 100)).toEqual([['event', 'x'.repeat(92)]]);
  });
});

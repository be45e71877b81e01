import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createToolCallCollector } from '../../src/model/tool-calls.ts';

/** The calls of a stream of these fragments; an id that the server does not send reads `new-1` and so on. */
function collect(fragments: readonly unknown[], stream: 'whole' | 'cut' = 'whole'): readonly string[] {
  let ids = 0;
  const collector = createToolCallCollector(() => `new-${(ids += 1)}`);
  for (const fragment of fragments) collector.add(fragment);
  return collector.finish(stream).map((call) => `${call.modelId} ${call.name} ${call.arguments}`);
}

const fragment = (
  index: number | undefined,
  id: string | undefined,
  name: string | undefined,
  args?: unknown,
): object => ({
  ...(index === undefined ? {} : { index }),
  ...(id === undefined ? {} : { id }),
  function: { ...(name === undefined ? {} : { name }), ...(args === undefined ? {} : { arguments: args }) },
});

describe('createToolCallCollector', () => {
  test.each<[string, readonly unknown[], readonly string[]]>([
    ['a name in pieces', [fragment(0, 'a', 'get_'), fragment(0, undefined, 'weather', '{}')], ['a get_weather {}']],
    ['a name that grows', [fragment(0, 'a', 'get_'), fragment(0, 'a', 'get_weather', '{}')], ['a get_weather {}']],
    [
      'a name with every fragment',
      [fragment(0, 'a', 'now', '{"x"'), fragment(0, 'a', 'now', ':1}')],
      ['a now {"x":1}'],
    ],
    [
      'a new id and the name with every fragment',
      [fragment(0, 'a', 'now', '{"x"'), fragment(0, 'b', 'now', ':1}')],
      ['a now {"x":1}'],
    ],
    ['an id that comes late', [fragment(0, undefined, 'now'), fragment(0, 'a', undefined, '{}')], ['a now {}']],
    ['an id that is empty later', [fragment(0, 'a', 'now'), fragment(0, '', undefined, '{}')], ['a now {}']],
    ['a call without function', [{ index: 0, id: 'a', name: 'now', arguments: '{}' }], ['a now {}']],
    ['spaces as arguments', [fragment(0, 'a', 'now', ' \n')], ['a now {}']],
    ['null as arguments', [fragment(0, 'a', 'now', 'null')], ['a now {}']],
    ['arguments that are quoted JSON', [fragment(0, 'a', 'now', '"{\\"x\\":1}"')], ['a now {"x":1}']],
    ['arguments that are a list', [fragment(0, 'a', 'now', [1])], ['a now [1]']],
    [
      'two calls of one tool without arguments',
      [fragment(0, 'a', 'now', ''), fragment(0, 'b', 'now', '')],
      ['a now {}', 'b now {}'],
    ],
    ['a fragment without a call', [fragment(0, undefined, undefined, '{}')], []],
    ['fragments that are none', [null, 'x', 7, [null, 'x']], []],
    ['nothing', [], []],
    ['indices out of order', [fragment(1, 'b', 'two', '{}'), fragment(0, 'a', 'one', '{}')], ['b two {}', 'a one {}']],
    [
      'nested objects that begin alike',
      [fragment(0, 'a', 'now', '{"a":'), fragment(0, undefined, undefined, '{"a":1}}')],
      ['a now {"a":{"a":1}}'],
    ],
  ])('reads %s', (_, fragments, expected) => {
    expect(collect(fragments)).toEqual(expected);
  });

  test.each<[string, readonly unknown[], readonly string[]]>([
    ['whole arguments', [fragment(0, 'a', 'now', '{"x":1}')], ['a now {"x":1}']],
    ['arguments cut off', [fragment(0, 'a', 'now', '{"x":')], []],
    ['arguments that may not have begun', [fragment(0, 'a', 'now', '')], []],
    ['arguments that are no object', [fragment(0, 'a', 'now', '1')], []],
    ['one whole and one cut off', [fragment(0, 'a', 'one', '{}'), fragment(1, 'b', 'two', '{')], ['a one {}']],
  ])('of a stream that was cut off keeps %s only if they are whole', (_, fragments, expected) => {
    expect(collect(fragments, 'cut')).toEqual(expected);
  });

  test('makes an id that every server takes back', () => {
    const collector = createToolCallCollector();
    collector.add([fragment(0, undefined, 'one', '{}'), fragment(1, undefined, 'two', '{}')]);
    const ids = collector.finish('whole').map(({ modelId }) => modelId);
    expect(new Set(ids).size).toBe(2);
    for (const id of ids) expect(id).toMatch(/^[a-zA-Z0-9]{9}$/);
  });

  test('puts proper calls together however they are cut and interleaved', () => {
    const json = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 })).map((value) => JSON.stringify(value));
    fc.assert(
      fc.property(
        fc.array(json, { minLength: 1, maxLength: 4 }),
        fc.infiniteStream(fc.nat({ max: 7 })),
        (texts, choices) => {
          const collector = createToolCallCollector();
          texts.forEach((_, index) => collector.add([fragment(index, `id${index}`, 'tool', '')]));
          const left = texts.map((text) => text.split(''));
          while (left.some((rest) => rest.length > 0)) {
            const open = left.flatMap((rest, index) => (rest.length > 0 ? [index] : []));
            const index = open[(choices.next().value ?? 0) % open.length] ?? 0;
            const piece = left[index]?.splice(0, 1 + (choices.next().value ?? 0)).join('') ?? '';
            collector.add([{ index, function: { arguments: piece } }]);
          }
          expect(collector.finish('whole').map((call) => call.arguments)).toEqual(texts);
        },
      ),
      { numRuns: 200 },
    );
  });
});

import { describe, expect, test } from 'vitest';
import type { ModelMessage, ModelRequest } from '../../src/interpret/ports.ts';
import { createOmissions } from '../../src/model/omissions.ts';
import type { Omission } from '../../src/model/omissions.ts';
import { requestBody } from '../../src/model/request-body.ts';
import type { Dialect } from '../../src/model/request-body.ts';
import { refusals } from '../support/refusals.ts';

const USER: ModelMessage = { role: 'user', content: 'Hi' };
const asked = (id: string, name = 'now', args = '{}', content = ''): ModelMessage => ({
  role: 'assistant',
  content,
  toolCalls: [{ id, name, arguments: args }],
});
const answered = (callId: string, content = 'noon'): ModelMessage => ({ role: 'tool', callId, content });

type Wire = { readonly messages: readonly Readonly<Record<string, unknown>>[]; readonly [name: string]: unknown };

function wire(request: Partial<ModelRequest>, dialect?: Dialect, omitted: readonly Omission[] = []): Wire {
  const whole = { model: 'm-1', messages: [USER], tools: [], ...request };
  return JSON.parse(requestBody(whole, dialect, new Set(omitted))) as Wire;
}

describe('a history that a strict server takes, whatever a model wrote in it', () => {
  test.each<[string, readonly ModelMessage[], string]>([
    ['keeps a good id', [USER, asked('call_1'), answered('call_1')], 'call_1 {} < call_1'],
    [
      'replaces an id that is too long',
      [USER, asked('x'.repeat(41)), answered('x'.repeat(41))],
      'call00001 {} < call00001',
    ],
    ['replaces an id of another form', [USER, asked('a/b:c'), answered('a/b:c')], 'call00001 {} < call00001'],
    [
      'tells apart an id that comes again in a later turn',
      [USER, asked('a'), answered('a'), USER, asked('a'), answered('a')],
      'a {} < a | call00001 {} < call00001',
    ],
    [
      'tells apart an id that looks like one of ours',
      [USER, asked(''), answered(''), asked('call00001'), answered('call00001')],
      'call00001 {} < call00001 | call00002 {} < call00002',
    ],
    ['empties arguments that are not JSON', [USER, asked('a', 'now', '{"x":'), answered('a')], 'a {} < a'],
    ['empties arguments that are no object', [USER, asked('a', 'now', '[1]'), answered('a')], 'a {} < a'],
    ['empties absent arguments', [USER, asked('a', 'now', ''), answered('a')], 'a {} < a'],
    ['keeps good arguments as they were', [USER, asked('a', 'now', '{ "x": 1 }'), answered('a')], 'a { "x": 1 } < a'],
  ])('%s', (_, messages, expected) => {
    const body = wire({ messages });
    expect(refusals(body)).toEqual([]);
    const parts = body.messages.flatMap((message) => {
      const [call] = (message['tool_calls'] ?? []) as { id: string; function: { arguments: string } }[];
      if (call !== undefined) return [` | ${call.id} ${call.function.arguments}`];
      return message['role'] === 'tool' ? [` < ${String(message['tool_call_id'])}`] : [];
    });
    expect(parts.join('').slice(3)).toBe(expected);
  });

  test.each([
    ['no such.tool', 'no_such_tool'],
    ['größe', 'gr__e'],
    ['x'.repeat(80), 'x'.repeat(64)],
  ])('gives back a call of %j as one of %j', (name, expected) => {
    const body = wire({ messages: [USER, asked('a', name), answered('a')] });
    expect(refusals(body)).toEqual([]);
    expect(JSON.stringify(body)).toContain(`"name":"${expected}"`);
  });

  test('leaves out what nobody said', () => {
    const nothing: ModelMessage = { role: 'assistant', content: '', toolCalls: [] };
    const body = wire({ messages: [{ role: 'system', content: '' }, USER, nothing, USER] });
    expect(body.messages.map(({ role }) => role)).toEqual(['user', 'user']);
  });

  test('answers two calls of one id in their order', () => {
    const both: ModelMessage = {
      role: 'assistant',
      content: 'Wait.',
      toolCalls: [
        { id: 'a', name: 'one', arguments: '{}' },
        { id: 'a', name: 'two', arguments: '{}' },
      ],
    };
    const body = wire({ messages: [USER, both, answered('a', '1'), answered('a', '2')] });
    expect(refusals(body)).toEqual([]);
  });
});

describe('what a model refuses', () => {
  const schema = { type: 'object', properties: {}, required: [], additionalProperties: false } as const;
  const full: Partial<ModelRequest> = {
    temperature: 0.5,
    maxTokens: 9,
    tools: [{ name: 'now', description: 'The time', schema }],
  };

  test.each<[string, readonly Omission[], Dialect, object]>([
    ['nothing', [], {}, { temperature: 0.5, max_tokens: 9 }],
    ['the temperature', ['temperature'], {}, { max_tokens: 9 }],
    ['one name of the limit', ['max_tokens'], {}, { temperature: 0.5, max_completion_tokens: 9 }],
    [
      'the other name',
      ['max_completion_tokens'],
      { maxTokens: 'max_completion_tokens' },
      { temperature: 0.5, max_tokens: 9 },
    ],
    ['both names', ['max_tokens', 'max_completion_tokens'], {}, { temperature: 0.5 }],
  ])('%s is left out', (_, omitted, dialect, expected) => {
    const {
      model: _model,
      messages: _messages,
      stream: _stream,
      tools: _tools,
      ...rest
    } = wire(full, dialect, omitted);
    expect(rest).toEqual(expected);
  });

  test('a part of a schema is left out', () => {
    expect(JSON.stringify(wire(full)['tools'])).toContain('additionalProperties');
    expect(JSON.stringify(wire(full, {}, ['additionalProperties'])['tools'])).not.toContain('additionalProperties');
  });

  test('is remembered by model, once', () => {
    const omissions = createOmissions();
    expect(omissions.learn('a', 'temperature')).toBe(true);
    expect(omissions.learn('a', 'temperature')).toBe(false);
    expect([...omissions.of('a')]).toEqual(['temperature']);
    expect([...omissions.of('b')]).toEqual([]);
  });

  test('under both names is learned from a server that names the same one twice', () => {
    const omissions = createOmissions();
    expect(omissions.learn('a', 'max_tokens')).toBe(true);
    expect(omissions.learn('a', 'max_tokens')).toBe(true);
    expect(omissions.learn('a', 'max_tokens')).toBe(false);
    expect([...omissions.of('a')]).toEqual(['max_tokens', 'max_completion_tokens']);
  });

  test('is forgotten for the models not heard of for longest', () => {
    const omissions = createOmissions();
    for (let model = 0; model < 300; model += 1) omissions.learn(`m-${model}`, 'temperature');
    expect([omissions.of('m-0').size, omissions.of('m-299').size]).toEqual([0, 1]);
  });
});

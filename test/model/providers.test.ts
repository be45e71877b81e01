import { afterEach, describe, expect, test } from 'vitest';
import type { ModelRequest } from '../../src/interpret/ports.ts';
import { createModels, PROVIDERS } from '../../src/model/providers.ts';
import type { ModelsConfig } from '../../src/model/providers.ts';
import { respondWith, startServer } from '../support/servers.ts';
import type { SeenRequest } from '../support/servers.ts';

const HELLO =
  'data: {"choices":[{"delta":{"content":"Hello"}}]}\n\ndata: {"choices":[{"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n';
const REQUEST: ModelRequest = { messages: [{ role: 'user', content: 'Hi' }], tools: [] };
const sayHello = respondWith(200, HELLO, { 'content-type': 'text/event-stream' });

const open: ReturnType<typeof createModels>[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((made) => made.close()));
});

function models(config: Partial<ModelsConfig> & { readonly baseUrl: string }): ReturnType<typeof createModels> {
  const made = createModels({ model: 'default-1', ...config }, { finishGraceMs: 20 });
  open.push(made);
  return made;
}

const ask = (made: ReturnType<typeof createModels>, request: Partial<ModelRequest> = {}) =>
  made.reply({ ...REQUEST, ...request }, () => undefined, new AbortController().signal);

const modelOf = (seen: SeenRequest | undefined): unknown =>
  (JSON.parse(seen?.body ?? '{}') as { readonly model?: unknown }).model;

describe('a name of a model', () => {
  test.each<[string, string | undefined, 'default' | 'other', string]>([
    ['that is absent', undefined, 'default', 'default-1'],
    ['without a provider', 'gpt-4o', 'default', 'gpt-4o'],
    ['with a colon that parts no provider from it', 'llama3:8b', 'default', 'llama3:8b'],
    ['of a fine-tuned model', 'ft:gpt-4o:acme::1', 'default', 'ft:gpt-4o:acme::1'],
    ['of OpenAI, which the default server stands in for', 'openai:gpt-4o', 'default', 'gpt-4o'],
    ['with a configured provider', 'other:m-1', 'other', 'm-1'],
    ['with a provider in capitals', 'Other:m-1', 'other', 'm-1'],
    ['with a provider and a tag', 'other:llama3:8b', 'other', 'llama3:8b'],
    ['with a path', 'other:acme/m-1', 'other', 'acme/m-1'],
    ['with nothing behind its provider', 'other:', 'default', 'other:'],
    ['that begins with a colon', ':m-1', 'default', ':m-1'],
    ['of something every object has', 'toString:m-1', 'default', 'toString:m-1'],
  ])('%s', async (_, model, server, name) => {
    const [byDefault, other] = [await startServer(sayHello), await startServer(sayHello)];
    const made = models({
      baseUrl: `${byDefault.url}/v1`,
      apiKey: 'sk-default',
      providers: { other: { baseUrl: `${other.url}/v2`, apiKey: 'sk-other' } },
    });
    expect(await ask(made, model === undefined ? {} : { model })).toEqual({ toolCalls: [], finish: 'stop' });
    const [asked, idle] = server === 'default' ? [byDefault, other] : [other, byDefault];
    expect(asked.requests.map(modelOf)).toEqual([name]);
    expect(asked.requests[0]).toMatchObject({
      path: server === 'default' ? '/v1/chat/completions' : '/v2/chat/completions',
      headers: { authorization: `Bearer sk-${server}` },
    });
    expect(idle.connections.size).toBe(0);
  });

  test('of the default may have a provider, too', async () => {
    const other = await startServer(sayHello);
    const made = models({
      baseUrl: 'http://127.0.0.1:1',
      model: 'other:m-1',
      providers: { other: { baseUrl: other.url } },
    });
    expect(await ask(made)).toMatchObject({ finish: 'stop' });
    expect(other.requests.map(modelOf)).toEqual(['m-1']);
  });

  test('of OpenAI goes to a configured provider of that name', async () => {
    const openai = await startServer(sayHello);
    const made = models({ baseUrl: 'http://127.0.0.1:1', providers: { openai: { baseUrl: openai.url, apiKey: 'k' } } });
    expect(await ask(made, { model: 'openai:gpt-4o' })).toMatchObject({ finish: 'stop' });
  });

  test.each(
    Object.entries(PROVIDERS).flatMap(([name, row]) =>
      name === 'openai' || 'needsKey' in row ? [] : [[name, row.keyVariable] as const],
    ),
  )('of %s without its key says that %s is to be set', async (name, variable) => {
    expect(await ask(models({ baseUrl: 'http://127.0.0.1:1' }), { model: `${name}:m-1` })).toEqual({
      toolCalls: [],
      finish: 'error',
      reason: `the model "${name}:m-1" needs a key; set ${variable}`,
      code: 'auth',
    });
  });

  test('of the default server needs no key, unless that is a vendor', async () => {
    const byDefault = await startServer(sayHello);
    expect(await ask(models({ baseUrl: byDefault.url }))).toMatchObject({ finish: 'stop' });
    expect(await ask(models({ baseUrl: 'https://api.openai.com/v1/' }))).toMatchObject({
      reason: 'the model "default-1" needs a key; set OPENAI_API_KEY',
    });
  });

  test('of a provider whose address is configured needs no key', async () => {
    const proxy = await startServer(sayHello);
    const made = models({ baseUrl: 'http://127.0.0.1:1', providers: { groq: { baseUrl: proxy.url } } });
    expect(await ask(made, { model: 'groq:m-1' })).toMatchObject({ finish: 'stop' });
  });
});

describe('what a provider wants otherwise', () => {
  const call = { id: 'call_1', name: 'now', arguments: '{}' };
  const history: ModelRequest['messages'] = [
    { role: 'user', content: 'Hi' },
    { role: 'assistant', content: '', toolCalls: [call] },
    { role: 'tool', callId: 'call_1', content: 'noon' },
  ];

  async function sentTo(provider: string): Promise<string> {
    const server = await startServer(sayHello);
    const made = models({
      baseUrl: 'http://127.0.0.1:1',
      providers: { [provider]: { baseUrl: server.url, apiKey: 'k' } },
    });
    await ask(made, { model: `${provider}:m-1`, messages: history, maxTokens: 50 });
    return server.requests[0]?.body ?? '';
  }

  test('Mistral: ids of nine letters and digits', async () => {
    const body = await sentTo('mistral');
    expect(body).not.toContain('call_1');
    expect(body.match(/"(?:tool_call_)?id":"[a-zA-Z0-9]{9}"/g)).toHaveLength(2);
  });

  test('Google: a signature beside each call', async () => {
    expect(await sentTo('google')).toContain(
      '"extra_content":{"google":{"thought_signature":"skip_thought_signature_validator"}}',
    );
  });

  test('OpenAI: the newer name for the longest reply', async () => {
    expect(await sentTo('openai')).toContain('"max_completion_tokens":50');
    expect(await sentTo('groq')).toContain('"max_tokens":50');
  });
});

describe('the table of providers', () => {
  test.each(Object.entries(PROVIDERS))('%s has an address that an adapter takes', (_, { baseUrl, keyVariable }) => {
    expect(baseUrl).toMatch(/^https?:\/\/[^\s]+[^/]$/);
    expect(keyVariable).toMatch(/^[A-Z]+_API_KEY$/);
  });

  test('an address that is none is refused at the start', () => {
    expect(() => models({ baseUrl: 'nowhere' })).toThrow('is not an http or https URL');
    expect(() => models({ baseUrl: 'http://h', providers: { own: { baseUrl: 'nowhere' } } })).toThrow(
      'is not an http or https URL',
    );
  });
});

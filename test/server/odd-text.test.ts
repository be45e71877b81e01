// Text that Postgres has no word for, in what a platform sends, a model says and a tool answers.
import { describe, expect, test } from 'vitest';
import { ENGLISH } from '../../src/interpret/lines.ts';
import { createFolder, createServerDatabase, ask, type Place } from '../crash/places.ts';
import { freePort, startServing } from '../crash/serving.ts';
import { gatherDocument } from '../support/documents.ts';
import { DATABASE_URL } from '../support/schema.ts';
import { respondWith, startServer, type SeenRequest } from '../support/servers.ts';
import { eventually } from '../support/started.ts';
import { startStrictModel } from '../support/strict-model.ts';
import { nodesNamed, parseStrictly, textOf } from '../support/xml.ts';

const ODD = 'nothing \u0000, halves \uD800 and \uDFFF, a backslash \\u0000';
const REQUEST = { CallSid: 'CA1', From: ODD, Odd: ODD, [ODD]: [ODD, { deep: ODD }], CallStatus: 'ringing' };

/** What the model answers: one tool call for each thing that the caller says, then words. */
function answerOf({ body }: SeenRequest): string {
  const { messages } = JSON.parse(body) as { readonly messages: readonly { readonly role: string }[] };
  const call = { index: 0, id: 'call_1', type: 'function', function: { name: 'look', arguments: '{}' } };
  const delta = messages.at(-1)?.role === 'tool' ? { content: `It is \u0000\uD800 here.` } : { tool_calls: [call] };
  const chunks = [
    { index: 0, delta, finish_reason: null },
    { index: 0, delta: {}, finish_reason: 'tool_calls' in delta ? 'tool_calls' : 'stop' },
  ];
  const lines = chunks.map((choice) => JSON.stringify({ id: 'x', object: 'chat.completion.chunk', choices: [choice] }));
  return [...lines, '[DONE]'].map((line) => `data: ${line}\n\n`).join('');
}

describe.each<[string, () => Promise<Place>]>([
  ['in a folder', createFolder],
  ...(DATABASE_URL === undefined
    ? []
    : [['on Postgres', () => createServerDatabase(DATABASE_URL ?? '')] as [string, () => Promise<Place>]]),
])('a call kept %s', (_name, createPlace) => {
  test('with text that is no Unicode goes on, also where another process reads it', async () => {
    const model = await startStrictModel((seen, response) =>
      respondWith(200, answerOf(seen), { 'content-type': 'text/event-stream' })(seen, response),
    );
    const app = await startServer((seen, response) => {
      const { pathname } = new URL(seen.path, 'http://host');
      if (pathname === '/look') return respondWith(200, JSON.stringify(ODD))(seen, response);
      const tools = `<Tool name="look" url="http://${app.host}/look"><Description>Looks.</Description><Parameter name="Odd"/></Tool>`;
      const converse = 'statusCallback="/hook" statusCallbackEvent="in-progress,tool-response,completed"';
      return respondWith(200, gatherDocument({ tools, converse }), { 'content-type': 'text/xml' })(seen, response);
    });
    const place = await createPlace();
    const { args, env } = place.serve();
    const own = ['--app', `desk=${app.url}/app`, '--model-url', `${model.url}/v1`, '--port', String(await freePort())];
    const start = () => startServing({ args: [...own, ...args], env });
    let serving = await start();
    let output = '';

    /** What is said until the caller is listened to, but for the lines that ask for patience on a busy machine. */
    async function heard(path: string, parameters: object = {}): Promise<string> {
      const response = await fetch(`${serving.url}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ...REQUEST, ...parameters }),
      });
      expect(response.status).toBe(200);
      const document = parseStrictly(await response.text());
      const [rest] = nodesNamed(document, 'Redirect').map(textOf);
      const [action] = nodesNamed(document, 'Gather').map(({ attributes }) => attributes['action']);
      const said = nodesNamed(document, 'Say').map(textOf).join(' ');
      const words = ENGLISH.fillers.reduce((left, line) => left.replace(line, ''), said).trim();
      next = new URL(action ?? rest ?? '', serving.url);
      return action === undefined ? `${words} ${await heard(next.pathname + next.search)}`.trim() : words;
    }
    let next = new URL(serving.url);

    try {
      expect(await heard('/voice/desk')).toBe('Welcome to the desk.');
      expect(await heard(next.pathname + next.search, { SpeechResult: `Where? ${ODD}` })).toBe('It is  here.');
      await serving.stop();
      output += serving.output();
      serving = await start();
      expect(await heard(next.pathname + next.search, { SpeechResult: ODD })).toBe('It is  here.');
      const status = await fetch(`${serving.url}/voice/desk/status`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ...REQUEST, CallStatus: 'completed' }),
      });
      expect(status.status).toBe(204);
      const asked = (path: string): readonly SeenRequest[] => app.requests.filter((seen) => seen.path === path);
      await eventually(() => asked('/hook').length === 4);
      expect(asked('/look').map(({ body }) => JSON.parse(body) as unknown)).toEqual([{ Odd: ODD }, { Odd: ODD }]);
      expect(model.faults).toEqual([]);
      await serving.stop();
      expect((output + serving.output()).split('\n').filter((line) => /"level":[56]0/.test(line))).toEqual([]);
      const database = await place.open();
      const rows = await ask<{ kind: string; odd: string | null }>(
        database,
        `select kind, body #>> '{request,parameters,Odd}' as odd from events`,
      );
      expect(rows.map(({ kind }) => kind)).toContain('hung-up');
      const shown = 'nothing \uFFFD, halves \uFFFD and \uFFFD, a backslash \\u0000';
      expect(rows.flatMap(({ odd }) => odd ?? [])).toEqual([shown, shown, shown]);
      await database.close();
    } finally {
      serving.kill();
      await serving.gone;
      await place.drop();
    }
  }, 60_000);
});

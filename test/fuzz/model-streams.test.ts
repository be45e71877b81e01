import { expect, test } from 'vitest';
import { createCalls } from '../../src/interpret/calls.ts';
import type { Clock, ModelReply, ToolRun } from '../../src/interpret/ports.ts';
import { FLUSH_DEADLINE_MS } from '../../src/limits.ts';
import { createModels } from '../../src/model/providers.ts';
import { createResilientModel } from '../../src/model/resilient.ts';
import { createMemoryCallLog } from '../../src/store/memory.ts';
import { createDocumentSink } from '../../src/transports/document.ts';
import { gatherDocument, toolMarkup } from '../support/documents.ts';
import { fetched } from '../support/ports.ts';
import { startServer } from '../support/servers.ts';
import type { Answer } from '../support/servers.ts';
import { SETTINGS } from '../support/story.ts';
import { startStrictModel } from '../support/strict-model.ts';
import { hear } from './caller.ts';
import { FUZZ_SECONDS, runCases, wholeCalls } from './cases.ts';
import type { Case, Check, Outcome } from './cases.ts';
import { deliver } from './mutations.ts';

const FEWEST = { replies: 900, turns: 240 };
const TIMEOUTS = { startTimeoutMs: 250, idleTimeoutMs: 250, finishGraceMs: 25 };
/** More than every timeout of one reply together, on a busy machine. */
const REPLY_MAX_MS = 3_000;
const ANSWER_MAX_MS = FLUSH_DEADLINE_MS + 2_000;
const ANSWER_MAX_BYTES = 64 * 1024;
/** Server and client share a process: when it is busy for that long, a good stream has stalled, too, and proves nothing. */
const SLOW_SHARE_MAX = 0.1;
const timeout = Math.max(60_000, FUZZ_SECONDS * 2_000);

function slowShare({ counts }: Outcome): number {
  return (counts.get('slow') ?? 0) / (counts.get('case') ?? 1);
}

/** Serves the mutated stream of the case whose model is asked for the first time; then `next`. */
function serve(cases: ReadonlyMap<string, Case>, next: Answer): Answer {
  const served = new Set<Case>();
  return (request, response) => {
    const { model } = JSON.parse(request.body) as { readonly model: string };
    const one = cases.get(model);
    if (one === undefined || served.has(one)) return next(request, response);
    served.add(one);
    response.writeHead(one.fixture.status, { 'content-type': one.fixture.type });
    return deliver(one.mutation, response);
  };
}

test('a reply is whole or has failed, in time, however its stream arrives', { timeout }, async () => {
  const cases = new Map<string, Case>();
  const server = await startServer(serve(cases, (_, response) => void response.destroy()));
  const models = createModels({ baseUrl: server.url, model: 'none' }, TIMEOUTS);

  const outcome = await runCases(FEWEST.replies, async (one, check, count) => {
    cases.set(one.id, one);
    let text = '';
    const startMs = performance.now();
    const request = { model: one.id, messages: [{ role: 'user', content: 'Hi' }] as const, tools: [] };
    const reply = await models.reply(request, (piece) => (text += piece), new AbortController().signal);
    check(performance.now() - startMs < REPLY_MAX_MS, 'it took too long');
    checkWhole(reply, check);
    check(!/data:|chat\.completion|\[DONE\]|<\/?think|<tool_call/.test(text), `it says ${text}`);
    if (one.mutation.isBeginning) checkBeginning(one, text, reply, check);
    count(isSlow(one, reply) ? 'slow' : reply.finish);
    cases.delete(one.id);
  });

  await models.close();
  expect(outcome.faults).toEqual([]);
  expect(slowShare(outcome)).toBeLessThan(SLOW_SHARE_MAX);
});

function isSlow({ mutation }: Case, { code }: ModelReply): boolean {
  return code === 'timeout' && mutation.ending !== 'stall';
}

function checkWhole({ finish, toolCalls, reason = '' }: ModelReply, check: Check): void {
  check(new Set(toolCalls.map(({ modelId }) => modelId)).size === toolCalls.length, 'two calls have one id');
  check(
    toolCalls.every(({ modelId, name }) => modelId !== '' && name !== ''),
    'a call has no id or no name',
  );
  check(finish !== 'error' || (toolCalls.length === 0 && reason !== ''), 'it failed with calls or without a reason');
}

function checkBeginning(one: Case, text: string, reply: ModelReply, check: Check): void {
  const { fixture, mutation } = one;
  const whole = wholeCalls(fixture);
  check(fixture.expected.text.startsWith(text), `"${text}" is no beginning of its text`);
  for (const call of reply.toolCalls)
    check(whole.has(`${call.name} ${call.arguments}`), `half a call: ${call.arguments}`);
  if (mutation.isCut || isSlow(one, reply)) return;
  check(reply.finish === fixture.expected.finish, `it ends with ${reply.finish}: ${reply.reason}`);
}

const clock: Clock = {
  now: () => Date.now(),
  after: (delayMs, callback) => {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};

const TOOLS = [
  toolMarkup('weather', '', '<Parameter name="city" source="model"/>'),
  toolMarkup('time', '', '<Parameter name="zone" source="model"/>'),
  toolMarkup('now', '', ''),
].join('');
const ALL_IS_WELL =
  'data: {"choices":[{"delta":{"content":"All is well."}}]}\n\ndata: {"choices":[{"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n';

test('a call goes on whatever the model sends, and its next request is valid', { timeout }, async () => {
  const cases = new Map<string, Case>();
  const server = await startStrictModel(
    serve(cases, (_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).end(ALL_IS_WELL);
    }),
  );
  const models = createModels({ baseUrl: server.url, model: 'none' }, TIMEOUTS);
  const runs = new Map<string, ToolRun[]>();
  const log = createMemoryCallLog(clock);
  const calls = createCalls({
    log,
    clock,
    model: createResilientModel(models, { clock }),
    documents: {
      fetch: ({ agent }) => {
        const document = gatherDocument({ tools: TOOLS, converse: `model="${agent}"` });
        return Promise.resolve(fetched(document, `https://app.example/${agent}.xml`));
      },
    },
    tools: {
      run: (run) => {
        runs.set(run.agent, [...(runs.get(run.agent) ?? []), run]);
        return Promise.resolve({ content: 'It is done.', isError: false });
      },
    },
    settings: () => SETTINGS,
  });
  const sink = createDocumentSink({ calls, log, clock });

  const outcome = await runCases(FEWEST.turns, async (one, check, count) => {
    cases.set(one.id, one);
    const greeting = await hear(sink, one.id, '/voice');
    const reply = await hear(sink, one.id, greeting.next ?? '', 'How is the weather?');
    checkSensible(reply.text, check);
    const after = await hear(sink, one.id, reply.next ?? '', 'Thank you.');
    const isAfterSlow = after.text.includes(SETTINGS.lines.apology);
    check(isAfterSlow || after.text.includes('All is well.'), `the next turn says ${after.text}`);
    for (const { longestAnswerMs, longestAnswerBytes, next } of [greeting, reply, after]) {
      check(longestAnswerMs < ANSWER_MAX_MS, `an answer took ${longestAnswerMs} ms`);
      check(longestAnswerBytes < ANSWER_MAX_BYTES, `an answer has ${longestAnswerBytes} bytes`);
      check(next !== undefined, 'the call has ended');
    }
    for (const run of runs.get(one.id) ?? []) checkRun(one, run, check);
    count(isAfterSlow ? 'slow' : 'next turn');
    count(reply.text.trim() === SETTINGS.lines.apology ? 'apology' : 'reply');
    cases.delete(one.id);
  });

  await calls.settled();
  await models.close();
  expect(outcome.faults).toEqual([]);
  expect(server.faults).toEqual([]);
  expect(slowShare(outcome)).toBeLessThan(SLOW_SHARE_MAX);
  expect(runs.size).toBeGreaterThan(0);
});

/** Something was said, and none of it is what only a screen could show. */
function checkSensible(text: string, check: Check): void {
  const isForTheEar = !/\{\s*"|"\s*[:,]\s*"|<\/?[a-z_]+>|data:|\[DONE\]|\bundefined\b|\bnull\b/.test(text);
  check(/\p{L}{2}/u.test(text) && isForTheEar, `the caller hears ${text}`);
}

function checkRun({ fixture, mutation }: Case, { tool, arguments: values }: ToolRun, check: Check): void {
  check(
    Object.values(values).every((value) => typeof value === 'string'),
    `${tool.name} ran with other types`,
  );
  if (!mutation.isBeginning) return;
  check(wholeCalls(fixture).has(`${tool.name} ${JSON.stringify(values)}`), `half a call of ${tool.name} was run`);
}

import type { CallEvent, EventOf } from '../call/event.ts';
import type { Parameters } from '../call/request.ts';
import { advance, newCall, type CallState } from '../call/state.ts';
import type { LedgerCall } from '../call/conversation.ts';
import type { JsonObject } from '../json.ts';
import { sliceOf } from '../render/slice.ts';
import type { Fixture, FixtureFiles, FixtureStep, FixtureTurn } from './fixture.ts';
import { sentArguments } from './sent-arguments.ts';

/** The log of a call as a fixture. Pure; nothing is left out that a replay needs, and nothing is redacted. */
export function fixtureFromLog(callId: string, events: readonly CallEvent[]): FixtureFiles | undefined {
  const first = events.find((event) => event.kind === 'turn-start');
  if (first === undefined) return undefined;
  const files = new Map<string, string>();
  const turns: { from: FixtureTurn['from']; request: JsonObject; steps: FixtureStep[] }[] = [];
  let state = newCall(callId);
  for (const event of events) {
    const before = state;
    state = advance(state, event);
    if (event.kind === 'turn-start') {
      const request = difference(first.request.parameters, event.request.parameters);
      turns.push({ from: fromOf(events, event), request, steps: [] });
    } else {
      const step = stepOf(event, before, events, files);
      if (step !== undefined) turns.at(-1)?.steps.push(step);
    }
  }
  const { platform, callSid, publicUrl, parameters } = first.request;
  const [agent = ''] = callId.split('/', 1);
  const fixture: Fixture = { about: 'A recorded call', agent, platform, callSid, publicUrl, parameters, turns };
  return { fixture, files };
}

type Steps = {
  readonly [K in CallEvent['kind']]?: (
    event: EventOf<K>,
    before: CallState,
    events: readonly CallEvent[],
    files: Map<string, string>,
  ) => FixtureStep | undefined;
};

const steps: Steps = {
  document: ({ document }, _before, _events, files) => {
    if (document.kind === 'unavailable') return { unavailable: document.reason, url: document.url };
    const known = [...files].find(([name, text]) => name.startsWith('documents/') && text === document.source);
    const name = known?.[0] ?? `documents/${twoDigits(countOf(files, 'documents/') + 1)}.xml`;
    files.set(name, document.source);
    return { document: name, url: document.url };
  },
  'model-delta': ({ text }) => ({ says: text }),
  'model-end': ({ text, toolCalls, finish, reason, code }) => ({
    ends: text,
    ...(toolCalls.length > 0 && {
      calls: toolCalls.map((call) => ({ name: call.name, arguments: call.arguments, id: call.modelId })),
    }),
    ...(finish !== (toolCalls.length > 0 ? 'tool-calls' : 'stop') && { finish }),
    ...(reason !== undefined && { reason }),
    ...(code !== undefined && { code }),
  }),
  'tool-end': ({ id, result }, before, events) => {
    const started = events.find((event) => event.kind === 'tool-start' && event.call.id === id);
    // One that never started was answered by ourselves, and will be again.
    if (started === undefined) return undefined;
    const call = callOf(before, id);
    return {
      tool: call?.name ?? '',
      arguments: sentArguments(before, call),
      result: result.content,
      ...(result.isError && { isError: true }),
    };
  },
  'timer-fired': ({ timer }) => ({ timer }),
  request: () => ({ returns: true }),
  interrupted: () => ({ interrupted: true }),
  'hung-up': ({ status }) => ({ hungUp: status }),
  answered: ({ seq, turn, from, to, body }, _before, events, files) => {
    const name = `expected/${twoDigits(countOf(files, 'expected/') + 1)}.xml`;
    files.set(name, body);
    const ready = events.filter((event) => event.seq >= from && event.seq < seq);
    const began = events.findLast((event) => event.kind === 'turn-start' && event.seq < from)?.turn ?? turn;
    return {
      answer: name,
      ...(sliceOf(ready, from).to !== to && { to }),
      ...(began !== turn && { turn: began }),
    };
  },
};

function stepOf(
  event: CallEvent,
  before: CallState,
  events: readonly CallEvent[],
  files: Map<string, string>,
): FixtureStep | undefined {
  const step = steps[event.kind] as
    | ((
        event: CallEvent,
        before: CallState,
        events: readonly CallEvent[],
        files: Map<string, string>,
      ) => FixtureStep | undefined)
    | undefined;
  return step?.(event, before, events, files);
}

function fromOf(events: readonly CallEvent[], { origin }: EventOf<'turn-start'>): FixtureTurn['from'] {
  if (origin.kind === 'start') return 'start';
  const output = events.find((event) => event.seq === origin.seq);
  return output?.kind === 'listen' || output?.kind === 'redirect' || output?.kind === 'passed-verb'
    ? output.kind
    : 'start';
}

function callOf(state: CallState, id: string): LedgerCall | undefined {
  return state.messages
    .flatMap((message) => (message.role === 'assistant' ? message.toolCalls : []))
    .find((call) => call.id === id);
}

/** What has to be changed in `base` to get `parameters`; null takes a name away. */
function difference(base: Parameters, parameters: Parameters): JsonObject {
  const changed = Object.entries(parameters).filter(
    ([name, value]) => !Object.hasOwn(base, name) || JSON.stringify(base[name]) !== JSON.stringify(value),
  );
  const removed = Object.keys(base).filter((name) => !Object.hasOwn(parameters, name));
  return Object.fromEntries([...changed, ...removed.map((name) => [name, null] as const)]);
}

function countOf(files: ReadonlyMap<string, string>, folder: string): number {
  return [...files.keys()].filter((name) => name.startsWith(folder)).length;
}

const twoDigits = (count: number): string => String(count).padStart(2, '0');

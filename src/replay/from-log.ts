import type { CallEvent, EventOf } from '../call/event.ts';
import type { Parameters } from '../call/request.ts';
import { advance, newCall, type CallState } from '../call/state.ts';
import type { LedgerCall } from '../call/conversation.ts';
import type { JsonObject } from '../json.ts';
import type { Settings } from '../interpret/decision.ts';
import { sliceOf } from '../render/slice.ts';
import type { Fixture, FixtureFiles, FixtureStep, FixtureTurn } from './fixture.ts';
import { exitsOf } from './exits.ts';
import { ownSettings, PLAIN_SETTINGS } from './fixture-settings.ts';
import { replay } from './replay.ts';
import { sentRequest } from './sent-arguments.ts';

/**
 * The log of a call as a fixture; undefined while it holds no turn. Pure; nothing is left out that a replay needs, and
 * nothing is redacted. The log does not hold what the model was asked, as that follows from the rest: a replay under the
 * agent's `settings` gives it.
 */
export function fixtureFromLog(
  callId: string,
  events: readonly CallEvent[],
  settings: Settings = PLAIN_SETTINGS,
): FixtureFiles | undefined {
  const first = events.find((event) => event.kind === 'turn-start');
  if (first === undefined) return undefined;
  const files = new Map<string, string>();
  const turns: (FixtureTurn & { readonly steps: FixtureStep[] })[] = [];
  let state = newCall(callId);
  for (const event of events) {
    const before = state;
    state = advance(state, event);
    if (event.kind === 'turn-start') {
      const request = difference(first.request.parameters, event.request.parameters);
      turns.push({ ...fromOf(events, event), request, steps: [] });
    } else {
      const step = (steps[event.kind] as StepOf<CallEvent>)(event, before, events, files);
      if (step !== undefined) turns.at(-1)?.steps.push(step);
    }
  }
  const { platform, callSid, publicUrl, parameters } = first.request;
  const [agent = ''] = callId.split('/', 1);
  const own = ownSettings(settings);
  const call = { agent, platform, callSid, publicUrl, parameters, ...(own !== undefined && { settings: own }) };
  const fixture: Fixture = { about: 'A recorded call', ...call, turns };
  const { modelRequests } = replay({ fixture, files });
  return { fixture, files: new Map([...files, ...modelRequests.map(({ file, actual }) => [file, actual] as const)]) };
}

/** What a step is made from: the event, the call before it, the whole log, and the files so far. */
type StepOf<E> = (
  event: E,
  before: CallState,
  events: readonly CallEvent[],
  files: Map<string, string>,
) => FixtureStep | undefined;

/** Follows from what came in, so that a replay does it again. */
const follows = (): undefined => undefined;

const steps: { readonly [K in CallEvent['kind']]: StepOf<EventOf<K>> } = {
  document: ({ document }, _before, _events, files) => {
    if (document.kind === 'unavailable') return { unavailable: document.reason, url: document.url };
    const known = [...files].find(([name, text]) => name.startsWith('documents/') && text === document.source);
    const name = known?.[0] ?? `documents/${twoDigits(countOf(files, 'documents/') + 1)}.xml`;
    files.set(name, document.source);
    return { document: name, url: document.url };
  },
  'model-start': (_event, _before, _events, files) => {
    const name = `asked/${twoDigits(countOf(files, 'asked/') + 1)}.json`;
    files.set(name, '');
    return { asks: name };
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
      ...(sentRequest(before, call) ?? { arguments: null }),
      result: result.content,
      ...(result.isError && { isError: true }),
    };
  },
  'timer-fired': ({ timer }) => ({ timer }),
  request: () => ({ returns: true }),
  interrupted: () => ({ interrupted: true }),
  'taken-over': ({ ranMs }) => ({ takenOverAfterMs: ranMs }),
  'hung-up': ({ status }) => ({ hungUp: status }),
  answered: ({ seq, turn, from, to, body }, _before, events, files) => {
    // Most platforms read XML; one reads JSON.
    const ending = body.startsWith('<') ? 'xml' : 'json';
    const name = `expected/${twoDigits(countOf(files, 'expected/') + 1)}.${ending}`;
    files.set(name, body);
    const ready = events.filter((event) => event.seq >= from && event.seq < seq);
    const began = events.findLast((event) => event.kind === 'turn-start' && event.seq < from)?.turn ?? turn;
    return {
      answer: name,
      ...(sliceOf(ready, from).to !== to && { to }),
      ...(began !== turn && { turn: began }),
    };
  },
  // Begins a turn of the fixture, which is no step.
  'turn-start': follows,
  'tool-start': follows,
  'turn-end': follows,
  speech: follows,
  'passed-verb': follows,
  listen: follows,
  redirect: follows,
  hangup: follows,
};

/** Where a turn goes on from, in words that stay true when numbers change. */
function fromOf(
  events: readonly CallEvent[],
  { origin, turn }: EventOf<'turn-start'>,
): Pick<FixtureTurn, 'from' | 'at'> {
  if (origin.kind !== 'exit') return { from: origin.kind };
  const output = exitsOf(events, turn - 1).find(({ seq }) => seq === origin.seq);
  if (output === undefined) return { from: 'start' };
  const alike = exitsOf(events, turn - 1).filter(({ kind }) => kind === output.kind);
  const isLast = alike.at(-1) === output;
  return { from: output.kind, ...(!isLast && { at: alike.indexOf(output) + 1 }) };
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

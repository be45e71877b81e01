// Runs a fixture through the same `step` as a live call: each recorded input is taken in its order, and every answer is
// cut where it was cut. Pure: no clock, no network, no waiting, so a replay gives the same bytes every time.
import type { CallEvent, FetchedDocument, ModelFailure, ModelFinish, TimerName, TurnOrigin } from '../call/event.ts';
import { newCall, type CallState } from '../call/state.ts';
import { callIdOf } from '../call/call-id.ts';
import { readDocument } from '../compile/read-document.ts';
import type { DecisionOf, Settings, Trigger } from '../interpret/decision.ts';
import { createStepping, record } from '../interpret/step.ts';
import { renderAnswer } from '../render/answer.ts';
import { isOutput, sliceOf, type Slice } from '../render/slice.ts';
import { toolRequest } from './sent-arguments.ts';
import { exitsOf } from './exits.ts';
import { readableJson } from './readable-json.ts';
import type { Fixture, FixtureFiles, FixtureStep, FixtureTurn } from './fixture.ts';
import { PLAIN_SETTINGS, settingsFrom } from './fixture-settings.ts';
import { updated } from './updated.ts';

/** What an answer or a request of the model is, and what its file says it should be. */
export type ReplayedFile = { readonly file: string; readonly expected: string; readonly actual: string };

/** What a tool is sent, and what the fixture says it should be; JSON that people can read. */
export type ReplayedToolRequest = {
  readonly turn: number;
  readonly tool: string;
  readonly expected: string;
  readonly actual: string;
};

export type Replay = {
  readonly answers: readonly ReplayedFile[];
  /** What the model is asked, where the fixture says what it should be. */
  readonly modelRequests: readonly ReplayedFile[];
  readonly toolRequests: readonly ReplayedToolRequest[];
  /** Where the fixture and the interpreter part, so that what follows means little: a model asked that has no reply. */
  readonly faults: readonly string[];
  /** The fixture with what came out now in place of what it expected. */
  readonly updated: FixtureFiles;
};

/** Whether a replay gave what its fixture expects, to the byte. */
export function isFaithful({ answers, modelRequests, toolRequests, faults }: Replay): boolean {
  const compared = [...answers, ...modelRequests, ...toolRequests];
  return faults.length === 0 && compared.every(({ expected, actual }) => expected === actual);
}

/** What a fixture's call does now. `settings` are those of an agent that has none of its own; the fixture holds the rest. */
export function replay({ fixture, files }: FixtureFiles, settings: Settings = PLAIN_SETTINGS): Replay {
  const run: Run = {
    fixture,
    files,
    settings: settingsFrom(fixture.settings, settings),
    state: newCall(callIdOf(fixture.agent, fixture.callSid)),
    events: [],
    cuts: new Map(),
    waiting: { document: false, model: undefined, tools: [] },
    answers: [],
    modelRequests: [],
    toolRequests: [],
    steps: new Map(),
    faults: [],
  };
  for (const [index, turn] of fixture.turns.entries()) replayTurn(run, turn, index + 1);
  const { answers, modelRequests, toolRequests, faults } = run;
  const written = [...answers, ...modelRequests];
  return {
    answers,
    modelRequests,
    toolRequests,
    faults,
    updated: updated({ fixture, files }, run.steps, new Map(written.map(({ file, actual }) => [file, actual]))),
  };
}

/** A replay in progress. */
type Run = {
  readonly fixture: Fixture;
  readonly files: ReadonlyMap<string, string>;
  readonly settings: Settings;
  state: CallState;
  readonly events: CallEvent[];
  /** Where the next answer of a turn begins. */
  readonly cuts: Map<number, number>;
  waiting: {
    document: boolean;
    model: DecisionOf<'ask-model'> | undefined;
    tools: DecisionOf<'start-tool'>[];
  };
  readonly answers: ReplayedFile[];
  readonly modelRequests: ReplayedFile[];
  readonly toolRequests: ReplayedToolRequest[];
  /** Steps as they would be recorded now, by the steps that they replace. */
  readonly steps: Map<FixtureStep, FixtureStep>;
  readonly faults: string[];
};

function replayTurn(run: Run, turn: FixtureTurn, number: number): void {
  const { fixture } = run;
  const merged = Object.entries({ ...fixture.parameters, ...turn.request }).filter(([, value]) => value !== null);
  const origin = originOf(run, turn, number);
  run.waiting = { document: false, model: undefined, tools: [] };
  take(run, {
    kind: 'turn-start',
    turn: number,
    key: `turn:${number}`,
    origin,
    request: {
      platform: fixture.platform,
      callSid: fixture.callSid,
      publicUrl: fixture.publicUrl,
      parameters: Object.fromEntries(merged),
    },
  });
  run.cuts.set(number, (run.state.turn?.seq ?? 0) + 1);
  for (const recorded of turn.steps) {
    const fault = perform(run, recorded);
    if (fault !== undefined) run.faults.push(`turn ${number}: ${fault}`);
  }
  for (const fault of unfinished(run)) run.faults.push(`turn ${number}: ${fault}`);
}

function originOf(run: Run, { from, at }: FixtureTurn, number: number): TurnOrigin {
  if (from === 'start' || from === 'resume') return { kind: from };
  const exits = exitsOf(run.events, number - 1).filter(({ kind }) => kind === from);
  const exit = at === undefined ? exits.at(-1) : exits[at - 1];
  if (exit !== undefined) return { kind: 'exit', seq: exit.seq };
  const which = at === undefined ? 'none' : `only ${exits.length}`;
  run.faults.push(`turn ${number} goes on from a ${from}, but turn ${number - 1} has ${which}`);
  return { kind: 'start' };
}

/** What the turn still waits for at the end of its steps. */
function unfinished({ state, waiting }: Run): readonly string[] {
  if (state.phase !== 'running') return [];
  if (waiting.document) return ['a document is fetched, and the fixture has none'];
  if (waiting.model !== undefined) return ['the model is asked, and the fixture has no reply'];
  return waiting.tools.map(({ call }) => `the tool ${call.name} is called, and the fixture has no result`);
}

function take(run: Run, input: Trigger): void {
  const stepping = createStepping(run.state, run.settings);
  for (const task of stepping.takeSettled(input, 0)) {
    if (task.kind === 'fetch-document') run.waiting.document = true;
    if (task.kind === 'ask-model') run.waiting.model = task;
    if (task.kind === 'start-tool') run.waiting.tools.push(task);
  }
  run.state = stepping.state;
  run.events.push(...stepping.events);
}

/** Carries out one recorded step; gives what does not fit. */
function perform(run: Run, recorded: FixtureStep): string | undefined {
  if ('answer' in recorded) return answer(run, recorded);
  if ('returns' in recorded)
    return takeInTurn(run, { kind: 'request', from: run.cuts.get(run.state.turn?.number ?? 0) ?? 0 });
  if ('timer' in recorded) return takeInTurn(run, { kind: 'timer-fired', timer: recorded.timer as TimerName });
  if ('interrupted' in recorded) return takeInTurn(run, { kind: 'interrupted' });
  if ('takenOverAfterMs' in recorded) return takeInTurn(run, { kind: 'taken-over', ranMs: recorded.takenOverAfterMs });
  if ('hungUp' in recorded) return hungUp(run, recorded.hungUp);
  if ('document' in recorded || 'unavailable' in recorded) return arriveDocument(run, recorded);
  if ('tool' in recorded) return settleTool(run, recorded);
  if ('asks' in recorded) return askModel(run, recorded);
  return reply(run, recorded);
}

function takeInTurn(run: Run, input: Trigger): string | undefined {
  if (run.state.phase !== 'running') return `the turn has ended before this ${input.kind}`;
  take(run, input);
  return undefined;
}

function hungUp(run: Run, status: string): undefined {
  const input = { kind: 'hung-up', status } as const;
  if (run.state.phase === 'running') take(run, input);
  else run.state = record(run.state, [input], 0).state;
}

function arriveDocument(run: Run, recorded: Extract<FixtureStep, { url: string }>): string | undefined {
  if (!run.waiting.document) return 'no document is fetched here';
  run.waiting.document = false;
  return takeInTurn(run, { kind: 'document', document: fetched(run, recorded) });
}

function fetched({ files }: Run, recorded: Extract<FixtureStep, { url: string }>): FetchedDocument {
  const { url } = recorded;
  if ('unavailable' in recorded) return { kind: 'unavailable', url, reason: recorded.unavailable };
  const source = files.get(recorded.document) ?? '';
  const reading = readDocument(source, url);
  return reading.kind === 'program'
    ? { kind: 'program', url, source, program: reading.program }
    : { kind: 'invalid', url, source, faults: reading.diagnostics.map(({ message }) => message) };
}

const NOT_ASKED = 'the model is not asked here';

function askModel({ waiting, modelRequests, files }: Run, { asks: file }: { asks: string }): string | undefined {
  const actual = waiting.model === undefined ? '' : readableJson(waiting.model.request);
  modelRequests.push({ file, expected: files.get(file) ?? '', actual });
  return waiting.model === undefined ? NOT_ASKED : undefined;
}

function reply(run: Run, recorded: Extract<FixtureStep, { says: string } | { ends: string }>): string | undefined {
  const hop = run.waiting.model?.hop;
  if (hop === undefined) return NOT_ASKED;
  if ('says' in recorded) return takeInTurn(run, { kind: 'model-delta', hop, text: recorded.says });
  const calls = recorded.calls ?? [];
  run.waiting.model = undefined;
  return takeInTurn(run, {
    kind: 'model-end',
    hop,
    text: recorded.ends,
    toolCalls: calls.map((call) => ({ modelId: call.id, name: call.name, arguments: call.arguments })),
    finish: (recorded.finish ?? (calls.length > 0 ? 'tool-calls' : 'stop')) as ModelFinish,
    ...(recorded.reason !== undefined && { reason: recorded.reason }),
    ...(recorded.code !== undefined && { code: recorded.code as ModelFailure }),
  });
}

function settleTool(run: Run, recorded: Extract<FixtureStep, { tool: string }>): string | undefined {
  const { tools } = run.waiting;
  const named = tools.filter(({ call }) => call.name === recorded.tool);
  const isRecorded = (decision: DecisionOf<'start-tool'>): boolean =>
    JSON.stringify(decision.arguments) === JSON.stringify(recorded.arguments);
  const match = named.find(isRecorded) ?? named[0];
  if (match === undefined) return `the tool ${recorded.tool} is not called here`;
  tools.splice(tools.indexOf(match), 1);
  const sent = toolRequest(match.tool, match.arguments);
  // A fixture that says nothing of the URL does not care.
  const { url = sent.url } = recorded;
  run.toolRequests.push({
    turn: run.state.turn?.number ?? 0,
    tool: recorded.tool,
    expected: readableJson({ url, arguments: recorded.arguments }),
    actual: readableJson(sent),
  });
  run.steps.set(recorded, {
    ...recorded,
    ...(recorded.url !== undefined && { url: sent.url }),
    arguments: sent.arguments,
  });
  const result = { content: recorded.result, isError: recorded.isError === true };
  return takeInTurn(run, { kind: 'tool-end', id: match.call.id, result });
}

function answer(run: Run, recorded: Extract<FixtureStep, { answer: string }>): undefined {
  const { answer: file, to, turn = run.state.turn?.number ?? 0 } = recorded;
  const from = run.cuts.get(turn) ?? 0;
  const ready = run.events.filter(({ seq }) => seq >= from);
  const slice = to === undefined ? sliceOf(ready, from) : cutAt(ready, to);
  const { agent, platform, publicUrl } = run.fixture;
  const actual = renderAnswer(slice, { agent, turn, request: { platform, publicUrl } });
  run.answers.push({ file, expected: run.files.get(file) ?? '', actual });
  const happening = { kind: 'answered', key: file, from, to: slice.to, body: actual } as const;
  const { events, state } = record(run.state, [happening], 0);
  run.state = state;
  run.events.push(...events);
  run.cuts.set(turn, slice.to);
}

/** A slice that was taken when nothing from `to` on was ready. */
function cutAt(events: readonly CallEvent[], to: number): Slice {
  return { outputs: events.filter(isOutput).filter(({ seq }) => seq < to), to, hasRest: true };
}

import { spokenText, withHeard, withSaid, type Message } from '../call/conversation.ts';
import type { HangUpReason, TurnOutcome } from '../call/event.ts';
import type { Exit, SpeechRole } from '../call/output.ts';
import type { Conversation, Verb } from '../call/program.ts';
import { callerInput, endedStatus } from '../call/request.ts';
import { bindingEnvironment, contextAt, type CallState, type Reply } from '../call/state.ts';
import type { BoundTool } from '../call/tool.ts';
import { bind } from '../compile/bind.ts';
import { unsupportedIn } from '../language/dialects.ts';
import { MAX_TOOL_HOPS } from '../limits.ts';
import type { Decision, Settings } from './decision.ts';
import { conversationSize, modelMessages, withinBudget } from './history.ts';
import type { ModelRequest } from './ports.ts';
import { asksToHangUp, offeredSessionTools } from './session-tools.ts';
import { hasTargets } from './transfer.ts';

type Converser = Exclude<Verb, { kind: 'passed' }>;

/** What the caller said or keyed with the request that began the turn. */
function inputOf({ turn }: CallState): string {
  return turn === undefined ? '' : callerInput(turn.request);
}

/** The Converse, alone or in its Gather, at this place in the running program. */
export function converserAt(state: CallState, verb: number): Converser | undefined {
  const found = state.document?.program.verbs[verb];
  return found === undefined || found.kind === 'passed' ? undefined : found;
}

/**
 * Runs the program from a verb on: passes verbs to the platform up to the first Converse. When one of them may keep the
 * call or lead it elsewhere, the platform is sent back before the Converse, so that no model runs for a part that the
 * call never reaches. A verb that the platform has not ends the session in the same way: only when the call reaches it.
 */
export function runVerbs(
  state: CallState,
  from: number,
  settings: Settings,
  faults: readonly string[] = [],
): readonly Decision[] {
  const endOfDocument: Decision = { kind: 'end-turn', outcome: 'document-end', faults };
  const decisions: Decision[] = [];
  let mayLeave = false;
  for (const [index, verb] of (state.document?.program.verbs ?? []).entries()) {
    if (index < from) continue;
    const unsupported = verb.kind === 'passed' ? unsupportedOn(state, verb) : undefined;
    if (mayLeave && (verb.kind !== 'passed' || unsupported !== undefined))
      return [...decisions, leaveFor({ kind: 'verbs', from: index }), endOfDocument];
    if (verb.kind !== 'passed') return [...decisions, ...startConverse(state, index, verb, settings)];
    if (unsupported !== undefined)
      return [...decisions, ...endWithFailure('failed', [...faults, unsupported], settings)];
    decisions.push(pass(verb, index));
    if (verb.flow === 'end') return [...decisions, endOfDocument];
    mayLeave ||= verb.flow === 'control';
  }
  return [...decisions, endOfDocument];
}

/** Why the platform of this call cannot carry out a verb, if it cannot. */
function unsupportedOn({ turn }: CallState, { markup }: Extract<Verb, { kind: 'passed' }>): string | undefined {
  return turn === undefined ? undefined : unsupportedIn(markup, turn.request.platform);
}

/** Goes on after the Converse at `verb` has had its say: listens, hangs up, or runs the next verb. */
export function goOnAfter(
  state: CallState,
  verb: number,
  settings: Settings,
  faults: readonly string[] = [],
): readonly Decision[] {
  const converser = converserAt(state, verb);
  if (asksToHangUp(state)) return hangUp('model', faults);
  return converser?.kind === 'gather'
    ? listen(state, verb, converser, faults)
    : runVerbs(state, verb + 1, settings, faults);
}

/** Answers what the caller said in the Gather at `verb`, or deals with the silence. */
export function answerCaller(state: CallState, verb: number, settings: Settings): readonly Decision[] {
  const gather = converserAt(state, verb);
  if (gather?.kind !== 'gather') return runVerbs(state, 0, settings);
  const heard = inputOf(state);
  if (heard !== '') return ask(state, verb, heard, settings);
  if (!gather.actionOnEmptyResult) return runVerbs(state, verb + 1, settings);
  const reprompt = settings.lines.reprompts[state.silences];
  if (reprompt !== undefined)
    return [speechOf(gather.conversation, 'reprompt', reprompt), ...listen(state, verb, gather)];
  const { verbs = [] } = state.document?.program ?? {};
  return verb + 1 < verbs.length
    ? runVerbs(state, verb + 1, settings)
    : [speechOf(gather.conversation, 'notice', settings.lines.farewell), ...hangUp('silence')];
}

/** Asks the model again, now that every tool call has its result; at the hop limit for words alone. */
export function askAgain(state: CallState, { verb }: Pick<Reply, 'verb'>, settings: Settings): readonly Decision[] {
  return ask(state, verb, undefined, settings);
}

/** Asks the model again with half of the history, for a model that could not hold all of it; undefined if that is no less. */
export function askWithLess(state: CallState, { verb }: Reply, settings: Settings): readonly Decision[] | undefined {
  const sent = withinBudget(state.messages, state.historyBudget);
  const historyBudget = Math.floor(conversationSize(sent) / 2);
  if (withinBudget(state.messages, historyBudget).length === sent.length) return undefined;
  return ask({ ...state, historyBudget }, verb, undefined, settings).map((decision) =>
    decision.kind === 'ask-model' ? { ...decision, historyBudget } : decision,
  );
}

/** Ends the session: the caller hears one sentence, the faults go to the log. */
export function endWithFailure(
  outcome: TurnOutcome,
  faults: readonly string[],
  settings: Settings,
  verb?: number,
): readonly Decision[] {
  return [
    { kind: 'emit', output: { kind: 'speech', role: 'notice', text: settings.lines.failure } },
    { kind: 'emit', output: { kind: 'hangup' } },
    { kind: 'end-turn', outcome, faults, ...(verb !== undefined && { verb }) },
  ];
}

/** Ends the session after what was said. */
export function hangUp(reason: HangUpReason, faults: readonly string[] = []): readonly Decision[] {
  return [
    { kind: 'emit', output: { kind: 'hangup' } },
    { kind: 'end-turn', outcome: 'hung-up', faults, reason },
  ];
}

/** Something said in the voice of the Converse that is running, if one is. */
export function speech(state: CallState, role: SpeechRole, text: string): Decision {
  const { reply, entry } = state.turn ?? {};
  const verb = reply?.verb ?? (entry !== undefined && 'verb' in entry ? entry.verb : undefined);
  return speechOf(verb === undefined ? {} : (converserAt(state, verb)?.conversation ?? {}), role, text);
}

function speechOf({ voice, language }: Partial<Conversation>, role: SpeechRole, text: string): Decision {
  return {
    kind: 'emit',
    output: {
      kind: 'speech',
      role,
      text,
      ...(voice !== undefined && { voice }),
      ...(language !== undefined && { language }),
    },
  };
}

function pass({ markup, stage, stageAttribute }: Extract<Verb, { kind: 'passed' }>, index: number): Decision {
  // With nothing collected a Gather's action is not asked for, which not every platform leaves undone.
  const fallsThrough = markup.name === 'Gather' && markup.attributes['actionOnEmptyResult'] !== 'true';
  return {
    kind: 'emit',
    output: {
      kind: 'passed-verb',
      markup,
      greeting: false,
      ...(stage !== undefined && { exit: { kind: 'stage', stage, ...(fallsThrough && { silent: index + 1 }) } }),
      ...(stageAttribute !== undefined && { stageAttribute }),
    },
  };
}

function leaveFor(exit: Exit): Decision {
  return { kind: 'emit', output: { kind: 'redirect', exit } };
}

/** The first pass: a greeting is passed on and the caller is listened to; without one, the model speaks first. */
function startConverse(state: CallState, index: number, verb: Converser, settings: Settings): readonly Decision[] {
  const heard = wordsFor(state, verb.conversation);
  if (verb.kind === 'converse') {
    return ask(state, index, verb.conversation.hearsCaller ? heard : undefined, settings);
  }
  const greeting = verb.greeting.map((markup): Decision => ({
    kind: 'emit',
    output: { kind: 'passed-verb', markup, greeting: true },
  }));
  const greets = verb.greeting.some((markup) => spokenText(markup) !== '' || markup.name === 'Play');
  if (!greets) return [...greeting, ...ask(state, index, heard, settings)];
  const missing = faultsOf(verb.conversation, state);
  if (missing.length > 0) return endWithFailure('terminated', missing, settings, index);
  return [...greeting, ...listen(state, index, verb)];
}

/** What the caller said, unless an earlier Converse of this turn has made it part of the conversation. */
function wordsFor(state: CallState, { context }: Conversation): string | undefined {
  const heard = inputOf(state);
  return heard === '' || (state.turn?.heard === true && context === 'auto') ? undefined : heard;
}

/** Listens in the Gather; when the caller stays silent there, the platform comes back for the verbs after it. */
export function listen(
  state: CallState,
  verb: number,
  { markup }: Extract<Verb, { kind: 'gather' }>,
  faults: readonly string[] = [],
): readonly Decision[] {
  const isLast = verb + 1 >= (state.document?.program.verbs.length ?? 0);
  return [
    { kind: 'emit', output: { kind: 'listen', markup, exit: { kind: 'reply', verb } } },
    ...(isLast ? [] : [leaveFor({ kind: 'verbs', from: verb + 1 })]),
    { kind: 'end-turn', outcome: 'listening', faults },
  ];
}

function ask(state: CallState, verb: number, heard: string | undefined, settings: Settings): readonly Decision[] {
  const conversation = converserAt(state, verb)?.conversation;
  if (conversation === undefined) return endWithFailure('failed', [`verb ${verb} does not converse`], settings);
  // Some platforms send a verb's result after the caller has hung up: nobody would hear the reply.
  if (state.turn !== undefined && (state.turn.isLate || endedStatus(state.turn.request) !== undefined)) {
    return [{ kind: 'end-turn', outcome: 'hung-up', faults: [] }];
  }
  const bound = bind(conversation, bindingEnvironment(state));
  if (bound.kind === 'missing') {
    return endWithFailure(
      'terminated',
      bound.faults.map(({ message }) => message),
      settings,
      verb,
    );
  }
  const before = state.turn?.reply;
  const hop = (before?.hop ?? -1) + 1;
  const round = before?.verb === verb ? hop - before.firstHop : 0;
  const said = before?.streaming === true ? withSaid(state.messages, before.parts) : state.messages;
  const messages = round === 0 ? withHeard(said, contextAt(state, verb), heard) : said;
  const request = modelRequest(state, conversation, bound.tools, round, messages, settings);
  return [
    {
      kind: 'ask-model',
      verb,
      hop,
      ...(heard !== undefined && { heard }),
      ...(conversation.language !== undefined && { language: conversation.language }),
      request,
    },
  ];
}

function modelRequest(
  state: CallState,
  conversation: Conversation,
  bound: readonly BoundTool[],
  round: number,
  messages: readonly Message[],
  settings: Settings,
): ModelRequest {
  const declared = bound.map(({ definition: { name, description }, offered }) => ({
    name,
    description,
    schema: offered,
  }));
  const isOfUse = (kind: 'dial' | 'redirect'): boolean => hasTargets(kind, state, conversation, settings);
  const ours = offeredSessionTools(conversation, isOfUse).filter(
    ({ name }) => !declared.some((tool) => tool.name === name),
  );
  return {
    ...(conversation.model !== undefined && { model: conversation.model }),
    ...(conversation.temperature !== undefined && { temperature: conversation.temperature }),
    ...(conversation.fallback !== undefined && { fallback: conversation.fallback }),
    ...(conversation.maxTokens !== undefined && { maxTokens: conversation.maxTokens }),
    messages: modelMessages(conversation.prompts, withinBudget(messages, state.historyBudget), settings.lines.opening),
    tools: round < MAX_TOOL_HOPS ? [...declared, ...ours] : [],
  };
}

function faultsOf(conversation: Conversation, state: CallState): readonly string[] {
  const bound = bind(conversation, bindingEnvironment(state));
  return bound.kind === 'missing' ? bound.faults.map(({ message }) => message) : [];
}

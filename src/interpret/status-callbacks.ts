// Status callbacks of a Converse: who is told of what, as a projection of the events that a call appends. Nothing waits
// for them; they are kept with their events, and delivered by whoever has the time.
import type { Delivery } from '../call/delivery.ts';
import type { CallEvent, EventOf } from '../call/event.ts';
import { encodeForm, formPairs, withPairs } from '../call/form.ts';
import type { Program, StatusCallback, StatusCallbackEvent } from '../call/program.ts';
import { withoutVerbResults } from '../call/request.ts';
import { advance, type CallState } from '../call/state.ts';
import type { Settings } from './decision.ts';

/** Names of ours beside the call request's own parameters. */
type Fields = { readonly [name: string]: string };
type Report = { readonly to: StatusCallback; readonly event: StatusCallbackEvent; readonly fields: Fields };

/** The status callbacks that these events of a call cause, in their order. */
export function deliveriesOf(
  before: CallState,
  events: readonly CallEvent[],
  { callbackSecret }: Settings,
): readonly Delivery[] {
  // Most calls have nobody to tell: they must not be folded twice for it.
  if (!mayTell(before, events)) return NONE;
  const deliveries: Delivery[] = [];
  let state = before;
  for (const event of events) {
    const next = advance(state, event);
    for (const report of reportsOf(state, next, event)) {
      if (report.to.events.includes(report.event)) deliveries.push(deliveryOf(next, event, report, callbackSecret));
    }
    state = next;
  }
  return deliveries;
}

const NONE: readonly Delivery[] = [];

function mayTell({ conversing, document }: CallState, events: readonly CallEvent[]): boolean {
  if (conversing !== undefined || (document !== undefined && tellsSomebody(document.program))) return true;
  return events.some(
    (event) => event.kind === 'document' && event.document.kind === 'program' && tellsSomebody(event.document.program),
  );
}

function tellsSomebody({ verbs }: Program): boolean {
  return verbs.some((verb) => verb.kind !== 'passed' && verb.conversation.statusCallback !== undefined);
}

/** What one event means to whoever watches the conversation. Converses that tell the same URL are one conversation. */
function reportsOf({ conversing: before }: CallState, next: CallState, event: CallEvent): readonly Report[] {
  const reports: Report[] = [];
  const now = next.conversing;
  if (before !== undefined && before.url !== now?.url) {
    reports.push({ to: before, event: 'completed', fields: endOf(event, next) });
  }
  if (now !== undefined && before?.url !== now.url) reports.push({ to: now, event: 'in-progress', fields: {} });
  if (event.kind === 'turn-end' && event.outcome === 'terminated' && before === undefined) {
    const verb = next.document?.program.verbs[event.verb ?? -1];
    const to = verb === undefined || verb.kind === 'passed' ? undefined : verb.conversation.statusCallback;
    if (to !== undefined) reports.push({ to, event: 'completed', fields: endOf(event, next) });
  }
  const fields = now === undefined ? undefined : TELLING[event.kind]?.(event as never, next);
  if (now !== undefined && fields !== undefined) reports.push({ to: now, ...fields });
  return reports;
}

type Telling = {
  readonly [K in CallEvent['kind']]?: (event: EventOf<K>, state: CallState) => Omit<Report, 'to'>;
};

const TELLING: Telling = {
  'model-end': ({ toolCalls, finish, reason }, { turn }) => ({
    event: 'llm-response',
    fields: {
      Text: turn?.reply?.text ?? '',
      ...(toolCalls.length > 0 && { Tool: toolCalls.map(({ name }) => name).join(',') }),
      ...(finish === 'error' && { Error: reason ?? 'the model failed' }),
    },
  }),
  'tool-end': ({ id, result }, { messages }) => {
    const calls = messages.flatMap((message) => (message.role === 'assistant' ? message.toolCalls : []));
    return {
      event: 'tool-response',
      fields: {
        Tool: calls.find((call) => call.id === id)?.name ?? '',
        ToolCallId: id,
        Text: result.content,
        IsError: String(result.isError),
      },
    };
  },
};

const END_REASONS: { readonly [O in EventOf<'turn-end'>['outcome']]: string } = {
  'document-end': 'went-on',
  listening: 'went-on',
  interrupted: 'went-on',
  transferred: 'transferred',
  redirected: 'redirected',
  'hung-up': 'caller-hung-up',
  terminated: 'terminated',
  failed: 'failed',
};
const HANG_UP_REASONS: { readonly [R in NonNullable<EventOf<'turn-end'>['reason']>]: string } = {
  model: 'model-hung-up',
  silence: 'silence',
  'time-limit': 'time-limit',
};

/** Why a conversation ended with this event; another Converse or document that takes over is a going-on. */
function endOf(event: CallEvent, { turn }: CallState): Fields {
  if (event.kind === 'hung-up') {
    return { EndReason: event.status === ABANDONED ? 'abandoned' : 'caller-hung-up' };
  }
  if (event.kind !== 'turn-end') return { EndReason: 'went-on' };
  const { reason, faults } = event;
  // A Dial has kept the caller to its end.
  const outcome = turn?.entry?.kind === 'dialled' && event.outcome === 'document-end' ? 'transferred' : event.outcome;
  return {
    EndReason: reason === undefined ? END_REASONS[outcome] : HANG_UP_REASONS[reason],
    ...(faults.length > 0 && { Error: faults.join('\n') }),
  };
}

/** The status under which a call ends whose platform has not come back. */
export const ABANDONED = 'abandoned';

function deliveryOf(
  state: CallState,
  event: CallEvent,
  { to, event: name, fields }: Report,
  secret: string | undefined,
): Delivery {
  const { turn, session, callId } = state;
  const current = turn === undefined ? {} : withoutVerbResults(turn.request);
  const pairs = formPairs({
    ...session,
    ...current,
    Event: name,
    Turn: String(event.turn),
    Sequence: String(event.seq),
    Timestamp: String(Math.floor(event.atMs / 1000)),
    ...fields,
  });
  const isGet = to.method === 'GET';
  return {
    id: `${callId}/${event.seq}/${name}`,
    agent: callId.split('/', 1)[0] ?? '',
    method: to.method,
    url: isGet ? withPairs(to.url, pairs) : to.url,
    contentType: 'application/x-www-form-urlencoded',
    body: isGet ? '' : encodeForm(pairs),
    ...(secret !== undefined && { secret }),
  };
}

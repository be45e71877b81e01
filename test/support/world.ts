import type { CallEvent, EventOf } from '../../src/call/event.ts';
import type { Parameters, PlatformName } from '../../src/call/request.ts';
import type { Place } from '../../src/call/place.ts';
import type { CallRequest } from '../../src/call/request.ts';
import { createCalls, type Calls } from '../../src/interpret/calls.ts';
import type { Settings } from '../../src/interpret/decision.ts';
import { ENGLISH, type Lines } from '../../src/interpret/lines.ts';
import type { CallLog } from '../../src/interpret/ports.ts';
import { createMemoryCallLog } from '../../src/store/memory.ts';
import { createDocumentSink, type DocumentSink } from '../../src/transports/document.ts';
import {
  DOCUMENT_URL,
  scriptedDocuments,
  scriptedModel,
  scriptedTools,
  type DocumentScript,
  type ModelScript,
  type Reply,
  type ScriptedDocuments,
  type ScriptedModel,
  type ScriptedTools,
  type ToolScript,
} from './ports.ts';
import { createVirtualClock, type VirtualClock } from './virtual-clock.ts';

export const AGENT = 'desk';
export const CALL_SID = 'CA00000000000000000000000000000001';
export const PUBLIC_URL = 'https://voice.example';
/** No call in a test needs as many appends; a loop that never ends fails there instead of hanging. */
const MOST_APPENDS = 2_000;

export type WorldOptions = {
  /** The agent's own document, or several by URL. */
  readonly document: string | DocumentScript;
  readonly model?: ModelScript | readonly Reply[];
  readonly tools?: ToolScript;
  readonly lines?: Partial<Lines>;
  readonly settings?: Omit<Settings, 'lines'>;
  readonly documentDelayMs?: number;
  /** In place of scripted ones. */
  readonly ports?: Partial<{
    readonly documents: ScriptedDocuments;
    readonly model: ScriptedModel;
    readonly tools: ScriptedTools;
  }>;
  /** Shared with another world, as two nodes share one. */
  readonly clock?: VirtualClock;
  readonly renewLeaseMs?: number;
  /** Stands between the calls and the memory log, or in its place. */
  readonly log?: (log: CallLog) => CallLog;
};

export type World = {
  readonly clock: VirtualClock;
  readonly log: CallLog;
  readonly calls: Calls;
  readonly sink: DocumentSink;
  readonly documents: ScriptedDocuments;
  readonly model: ScriptedModel;
  readonly tools: ScriptedTools;
  /** Everything that was appended, in order. */
  readonly events: readonly CallEvent[];
  eventsOf<K extends CallEvent['kind']>(kind: K): readonly EventOf<K>[];
};

/** The interpreter with its sink over a memory log, and everything around it scripted, on one virtual clock. */
export function createWorld(options: WorldOptions): World {
  const clock = options.clock ?? createVirtualClock();
  const memory = bounded(createMemoryCallLog(clock));
  const log = options.log?.(memory) ?? memory;
  const script = typeof options.document === 'string' ? { [DOCUMENT_URL]: options.document } : options.document;
  const documents = options.ports?.documents ?? scriptedDocuments(clock, script, options.documentDelayMs);
  const model = options.ports?.model ?? scriptedModel(clock, options.model ?? []);
  const tools = options.ports?.tools ?? scriptedTools(clock, options.tools ?? {});
  const events: CallEvent[] = [];
  const calls = createCalls({
    log,
    clock,
    documents,
    model,
    tools,
    settings: () => ({ ...options.settings, lines: { ...ENGLISH, ...options.lines } }),
    observe: (_callId, event) => void events.push(event),
    renewLeaseMs: options.renewLeaseMs,
  });
  return {
    clock,
    log,
    calls,
    documents,
    model,
    tools,
    events,
    sink: createDocumentSink({ calls, log, clock }),
    eventsOf: <K extends CallEvent['kind']>(kind: K) =>
      events.filter((event): event is EventOf<K> & CallEvent => event.kind === kind) as readonly EventOf<K>[],
  };
}

function bounded(log: CallLog): CallLog {
  let appends = 0;
  return {
    ...log,
    append: (...append) => {
      appends += 1;
      if (appends > MOST_APPENDS) throw new Error(`more than ${MOST_APPENDS} appends: it does not come to an end`);
      return log.append(...append);
    },
  };
}

/** A platform's parameters of a call that comes in. */
export const TWILIO_PARAMETERS: Parameters = {
  CallSid: CALL_SID,
  AccountSid: 'AC00000000000000000000000000000001',
  From: '+15550001111',
  To: '+15550002222',
  CallStatus: 'in-progress',
  Direction: 'inbound',
};

export const CLOUDONIX_PARAMETERS: Parameters = {
  ...TWILIO_PARAMETERS,
  Session: CALL_SID,
  Domain: 'example.cloudonix.net',
};

export function callRequest(extra: Parameters = {}, platform: PlatformName = 'twilio'): CallRequest {
  const usual = platform === 'twilio' ? TWILIO_PARAMETERS : CLOUDONIX_PARAMETERS;
  return { platform, callSid: CALL_SID, parameters: { ...usual, ...extra }, publicUrl: PUBLIC_URL };
}

export const START: Place = { kind: 'start' };

/** The answer to one platform request, virtual time passing as it needs. */
export function ask(world: World, place: Place = START, extra: Parameters = {}): Promise<string> {
  return world.clock.until(world.sink.answer(AGENT, callRequest(extra), place));
}

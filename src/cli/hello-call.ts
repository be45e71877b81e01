import { strict as assert } from 'node:assert';
import { callIdOf } from '../call/call-id.ts';
import type { Place } from '../call/place.ts';
import type { CallRequest, Parameters } from '../call/request.ts';
import { readDocument } from '../compile/read-document.ts';
import { createCalls } from '../interpret/calls.ts';
import type { Settings } from '../interpret/decision.ts';
import type { Clock } from '../interpret/ports.ts';
import { createScriptedModel, type ScriptedReply } from '../model/scripted.ts';
import type { FixtureFiles } from '../replay/fixture.ts';
import { fixtureFromLog } from '../replay/from-log.ts';
import { createMemoryCallLog } from '../store/memory.ts';
import { createDocumentSink } from '../transports/document.ts';

export type ScriptedTurn = { readonly caller: string; readonly model: ScriptedReply };

const AGENT = 'hello';
const CALL_SID = 'CA00000000000000000000000000000001';
const DOCUMENT_URL = 'https://app.example/hello.xml';
const PARAMETERS: Parameters = {
  CallSid: CALL_SID,
  From: '+15550001111',
  To: '+15550002222',
  Direction: 'inbound',
  CallStatus: 'in-progress',
};

/** Time stands still: the model answers at once, so nothing is ever waited for and every run gives the same bytes. */
const stoppedClock: Clock = { now: () => 0, after: () => () => undefined };

/** A call to the application as it really runs, its caller and its model following a script; as a fixture. */
export async function recordCall(
  application: string,
  turns: readonly ScriptedTurn[],
  settings: Settings,
): Promise<FixtureFiles> {
  const reading = readDocument(application, DOCUMENT_URL);
  assert(reading.kind === 'program', 'the application is one of ours, and has no errors');
  const fetched = { kind: 'program', url: DOCUMENT_URL, source: application, program: reading.program } as const;
  const log = createMemoryCallLog(stoppedClock);
  const calls = createCalls({
    log,
    clock: stoppedClock,
    model: createScriptedModel(turns.map(({ model }) => model)),
    documents: { fetch: async () => fetched },
    tools: { run: async () => ({ content: 'the script has no tools', isError: true }) },
    settings: () => settings,
  });
  const sink = createDocumentSink({ calls, log, clock: stoppedClock });
  const callId = callIdOf(AGENT, CALL_SID);
  let place: Place = { kind: 'start' };
  await sink.answer(AGENT, requestWith({}), place);
  for (const { caller } of turns) {
    const listening = (await log.read(callId, 1)).findLast(({ kind }) => kind === 'listen');
    if (listening === undefined) break;
    place = { kind: 'exit', turn: listening.turn + 1, seq: listening.seq };
    await sink.answer(AGENT, requestWith({ SpeechResult: caller, Confidence: '0.9' }), place);
  }
  await calls.hangUp(AGENT, CALL_SID, 'completed');
  await calls.settled();
  const recorded = fixtureFromLog(callId, await log.read(callId, 1));
  assert(recorded !== undefined, 'the call above has begun');
  return { ...recorded, fixture: { ...recorded.fixture, about: 'A caller asks one question and says goodbye' } };
}

function requestWith(results: Parameters): CallRequest {
  return {
    platform: 'twilio',
    callSid: CALL_SID,
    parameters: { ...PARAMETERS, ...results },
    publicUrl: 'https://voice.example',
  };
}

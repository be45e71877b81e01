import path from 'node:path';
import type { CallEvent } from '../call/event.ts';
import type { Settings } from '../interpret/decision.ts';
import type { Observe } from '../interpret/live-call.ts';
import type { CallLog } from '../interpret/ports.ts';
import { writeFixture } from './fixture.ts';
import { fixtureFromLog } from './from-log.ts';
import { redact } from './redact.ts';

export type RecorderOptions = {
  readonly log: CallLog;
  /** Each call becomes a folder in this one. */
  readonly folder: string;
  /** Values that must appear in no fixture. */
  readonly secrets: readonly string[];
  /** Of the agent with this name; by default those of an agent that has none of its own. */
  readonly settings?: (agent: string) => Settings | undefined;
  readonly onWritten?: (folder: string) => void;
  readonly onError: (error: unknown) => void;
};

export type Recorder = {
  readonly observe: Observe;
  /** Resolves when all that was observed is written. */
  flush(): Promise<void>;
};

/** Writes each call as a fixture, again after each answer, so that a call that is never hung up is recorded too. */
export function createRecorder({ log, folder, secrets, settings, onWritten, onError }: RecorderOptions): Recorder {
  const queued = new Set<string>();
  let writing: Promise<void> = Promise.resolve();

  async function write(callId: string): Promise<void> {
    queued.delete(callId);
    const events = await log.read(callId, 1);
    const recorded = fixtureFromLog(callId, events, settings?.(callId.split('/', 1)[0] ?? ''));
    if (recorded === undefined) return;
    const target = path.join(folder, folderName(callId, events));
    await writeFixture(target, redact(recorded, secrets));
    onWritten?.(target);
  }

  return {
    observe: (callId, event) => {
      if (!WORTH_WRITING.has(event.kind) || queued.has(callId)) return;
      queued.add(callId);
      writing = writing.then(() => write(callId)).catch(onError);
    },
    flush: async () => {
      while (queued.size > 0) await writing;
      await writing;
    },
  };
}

const WORTH_WRITING: ReadonlySet<CallEvent['kind']> = new Set(['answered', 'hung-up', 'turn-end']);

/** The agent and the second in which the call began, with as much of its id as tells two of them apart. */
function folderName(callId: string, events: readonly CallEvent[]): string {
  const [agent = 'call', sid = ''] = callId.split('/');
  const began = new Date(events[0]?.atMs ?? 0).toISOString().replaceAll(/[-:]|\.\d+Z$/g, '');
  return `${agent}-${began}-${checksum(sid)}`;
}

/** Four characters that say nothing of the id they are made from. */
function checksum(text: string): string {
  let sum = 0;
  for (const character of text) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 1_679_616;
  return sum.toString(36).padStart(4, '0');
}

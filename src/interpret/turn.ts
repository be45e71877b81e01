// A turn: one mailbox of inputs, a pure `decide`, and a total map of effects. It runs apart from the request that caused it.
//
//   input ── step ──▶ events ── append ──▶ effects ── post ──▶ input …        until a turn-end is appended
import type { TimerName } from '../call/event.ts';
import type { CallState } from '../call/state.ts';
import type { DecisionOf, Settings, Trigger } from './decision.ts';
import { SENTENCE_PAUSE_MS } from '../limits.ts';
import type { LiveCall } from './live-call.ts';
import type { Stage } from '../call/program.ts';
import type { Clock, DocumentRequest, Documents, Model, ModelReply, Tools } from './ports.ts';
import { createSentenceBuffer } from './sentences.ts';
import { createStepping, type Task } from './step.ts';

export type TurnPorts = {
  readonly documents: Documents;
  readonly model: Model;
  readonly tools: Tools;
  readonly clock: Clock;
  /** Milliseconds after which a turn that runs shows that its node is alive; absent where nobody could take it over. */
  readonly renewLeaseMs?: number | undefined;
};

export type RunningTurn = {
  /** Puts an input into the mailbox; nothing happens once the turn has ended. */
  post(input: Trigger): void;
  /** Resolves when the turn has ended, whichever node ended it; rejects only when the log cannot be reached. */
  readonly ended: Promise<void>;
};

type Post = (input: Trigger) => void;
type Wake = (mayGather: boolean) => void;

/**
 * Inputs that wait for what else this round of the event loop brings: the end of a reply takes some promises longer than the
 * words that came with it. Anything else, a timer above all, is taken before the next timer fires.
 */
const GATHERED: ReadonlySet<Trigger['kind']> = new Set(['model-delta', 'model-end', 'tool-end']);
const nothing = (): void => undefined;
type Effects = { readonly [K in Task['kind']]: (task: DecisionOf<K>) => void };

/** Runs the turn that `call` has just claimed, beginning with what its claim decided. */
export function runTurn(
  call: LiveCall,
  first: readonly Task[],
  agent: string,
  settings: Settings,
  ports: TurnPorts,
): RunningTurn {
  const claim = call.state().turn?.claim;
  const mailbox: Trigger[] = [];
  let wake: Wake = nothing;
  let open = isRunning(call.state());
  const post: Post = (input) => {
    if (!open) return;
    mailbox.push(input);
    wake(GATHERED.has(input.kind));
  };
  const { effects, stop } = createEffects(call, agent, ports, post);

  /** Takes the inputs in their order, with one append for all of them. */
  async function take(inputs: readonly Trigger[]): Promise<void> {
    const tasks: Task[] = [];
    const state = await call.commit((newest) => {
      tasks.length = 0;
      const stepping = createStepping(newest, settings);
      for (const input of inputs) {
        if (!isRunning(stepping.state) || isStale(stepping.state, input)) continue;
        tasks.push(...stepping.takeSettled(input, ports.clock.now()));
      }
      return stepping;
    });
    for (const task of tasks) perform(effects, task);
    open = isRunning(state);
  }

  function isRunning(state: CallState): boolean {
    return state.phase === 'running' && state.turn?.claim === claim;
  }

  let cancelRenewal = (): void => undefined;
  function renewLease(): void {
    const { clock, renewLeaseMs } = ports;
    if (renewLeaseMs === undefined) return;
    cancelRenewal = clock.after(renewLeaseMs, () => {
      post({ kind: 'timer-fired', timer: 'lease' });
      renewLease();
    });
  }

  /** Resolves when there is something in the mailbox, with all that comes together: one append is cheaper than two. */
  function filled(): Promise<void> {
    return new Promise((resolve) => {
      let isComing = false;
      wake = (mayGather) => {
        if (!mayGather) process.nextTick(resolve);
        else if (!isComing) setImmediate(resolve);
        isComing = true;
      };
    });
  }

  async function run(): Promise<void> {
    renewLease();
    try {
      for (const task of first) perform(effects, task);
      while (open) {
        if (mailbox.length > 0) await take(mailbox.splice(0));
        else await filled();
      }
    } finally {
      open = false;
      cancelRenewal();
      stop();
      expectAnswer(call.state(), ports.model);
    }
  }

  return { post, ended: run() };
}

/** The request for a document that the running turn of this call makes. */
export function documentRequest({ turn }: CallState, agent: string, stage: Stage | undefined): DocumentRequest {
  const { platform, parameters = {} } = turn?.request ?? {};
  return { agent, parameters, ...(platform && { platform }), ...(stage !== undefined && { stage }) };
}

/** While the caller listens to what was said, the way to the model that will answer is opened. */
function expectAnswer({ exits, document }: CallState, model: Model): void {
  const reply = [...exits.values()].findLast(({ kind }) => kind === 'reply');
  const verb = reply?.kind === 'reply' ? document?.program.verbs[reply.verb] : undefined;
  if (verb?.kind === 'gather') model.prepare?.(verb.conversation.model);
}

/**
 * Whether an input has nothing to say any more: two deliveries of one request for more of the turn may both reach the
 * mailbox, and so may words of a reply that was aborted meanwhile.
 */
function isStale({ turn }: CallState, input: Trigger): boolean {
  if (input.kind === 'request') return turn !== undefined && input.from <= turn.cursor;
  if (input.kind !== 'model-delta' && input.kind !== 'model-end') return false;
  return turn?.reply?.hop !== input.hop || !turn.reply.streaming;
}

function perform(effects: Effects, task: Task): void {
  (effects[task.kind] as (task: Task) => void)(task);
}

/**
 * Everything a decision can bring about. Each effect reports back by `post` alone, and ends when the turn does. Ports
 * promise not to reject; one that does all the same must not leave the turn waiting.
 */
function createEffects(
  call: LiveCall,
  agent: string,
  { documents, model, tools, clock }: TurnPorts,
  post: Post,
): { readonly effects: Effects; readonly stop: () => void } {
  let abort = new AbortController();
  const timers = new Map<TimerName, () => void>();
  let inFlight = 0;
  const abortRunning = (): void => {
    if (inFlight === 0) return;
    abort.abort();
    abort = new AbortController();
    inFlight = 0;
  };
  const stop = (): void => {
    abortRunning();
    for (const cancel of timers.values()) cancel();
    timers.clear();
  };
  /** Nothing that was aborted reports back, however late it ends. */
  const running = (): { readonly signal: AbortSignal; readonly settle: Post } => {
    const { signal } = abort;
    inFlight += 1;
    const settle: Post = (input) => {
      if (signal.aborted) return;
      inFlight -= 1;
      post(input);
    };
    return { signal, settle };
  };
  const effects: Effects = {
    'fetch-document': ({ stage }) => {
      const { signal, settle } = running();
      documents.fetch(documentRequest(call.state(), agent, stage), signal).then(
        (document) => settle({ kind: 'document', document }),
        (error: unknown) =>
          settle({
            kind: 'document',
            document: { kind: 'unavailable', url: stage?.url ?? agent, reason: String(error) },
          }),
      );
    },
    'ask-model': ({ hop, language, request }) => {
      const { signal, settle } = running();
      const sentences = createSentenceBuffer(language);
      const say = (text: string): void => {
        if (!signal.aborted) post({ kind: 'model-delta', hop, text });
      };
      let cancelPause = (): void => undefined;
      const onText = (piece: string): void => {
        cancelPause();
        for (const text of sentences.add(piece)) say(text);
        if (sentences.isWhole()) cancelPause = clock.after(SENTENCE_PAUSE_MS, () => say(sentences.rest()));
      };
      const end = (reply: ModelReply): void => {
        cancelPause();
        settle({ kind: 'model-end', hop, text: sentences.rest(), ...reply });
      };
      model
        .reply(request, onText, signal)
        .then(end, (error: unknown) => end({ toolCalls: [], finish: 'error', reason: String(error) }));
    },
    'start-tool': ({ call: { id }, tool, arguments: values, resent }) => {
      const { signal, settle } = running();
      tools.run({ agent, id, tool, arguments: values, ...(resent && { resent }) }, signal).then(
        (result) => settle({ kind: 'tool-end', id, result }),
        (error: unknown) => settle({ kind: 'tool-end', id, result: { content: String(error), isError: true } }),
      );
    },
    'set-timer': ({ timer, delayMs }) => {
      timers.get(timer)?.();
      // What is due already comes before anything else that this turn has begun.
      if (delayMs <= 0) return post({ kind: 'timer-fired', timer });
      timers.set(
        timer,
        clock.after(delayMs, () => post({ kind: 'timer-fired', timer })),
      );
    },
    abort: abortRunning,
    emit: () => undefined,
    'end-turn': () => undefined,
  };
  return { effects, stop };
}

import { createInterface } from 'node:readline';
import type { Command } from 'commander';
import { pino } from 'pino';
import { createApp, type App } from '../app.ts';
import { spokenText } from '../call/conversation.ts';
import type { CallEvent, EventOf } from '../call/event.ts';
import type { Place } from '../call/place.ts';
import type { CallRequest, Parameters } from '../call/request.ts';
import { VoiceError } from '../errors.ts';
import { configFrom, withModelOptions, type AgentFlags } from './options.ts';

type CallFlags = Omit<AgentFlags, 'app'> & { readonly set?: readonly string[]; readonly platform: string };

const AGENT = 'call';
/** What the caller's words are sent as; a line of keys alone is sent as digits. */
const KEYS_ONLY = /^[\d*#]+$/;

/** `colloquy call`: talks to an application in the terminal, each line as what the caller says. */
export function callCommand(program: Command): void {
  withModelOptions(
    program
      .command('call')
      .description('talk to an application in the terminal')
      .argument('<application>', 'its file or URL'),
  )
    .option('--platform <name>', 'whose call it pretends to be: cloudonix or twilio', 'cloudonix')
    .option('--set <name=value...>', 'parameters of the call request, over the usual ones')
    .action(call);
}

async function call(application: string, flags: CallFlags): Promise<void> {
  const config = configFrom({ ...flags, app: [`${AGENT}=${application}`] }, process.env);
  const show = { event: (_callId: string, event: CallEvent) => writeEvent(event) };
  const app = createApp(config, { logger: pino({ level: 'silent' }), observe: (...seen) => show.event(...seen) });
  const lines = createInterface({ input: process.stdin, output: process.stdout, terminal: process.stdin.isTTY });
  try {
    const isWell = await converse(app, firstRequest(flags), lines);
    if (!isWell) process.exitCode = 1;
  } finally {
    lines.close();
    await app.close();
  }
}

/** Holds the call until it ends, the input ends, or nothing listens any more. False if a turn of it went wrong. */
async function converse(app: App, request: CallRequest, lines: ReturnType<typeof createInterface>): Promise<boolean> {
  const said = lines[Symbol.asyncIterator]();
  let parameters = request.parameters;
  let place: Place = { kind: 'start' };
  let isWell = true;
  for (;;) {
    const turn = await runTurn(app, { ...request, parameters }, place);
    const exit =
      turn.findLast((event) => event.kind === 'listen') ?? turn.findLast((event) => event.kind === 'redirect');
    isWell &&= turn.every((event) => event.kind !== 'turn-end' || event.faults.length === 0);
    if (exit === undefined || turn.some((event) => event.kind === 'hangup')) return isWell;
    place = { kind: 'exit', turn: exit.turn + 1, seq: exit.seq };
    parameters = request.parameters;
    if (exit.kind === 'listen') {
      const heard = await hear(said);
      if (heard === undefined) return isWell;
      parameters = { ...parameters, ...(KEYS_ONLY.test(heard) ? { Digits: heard } : { SpeechResult: heard }) };
    }
  }
}

async function hear(said: AsyncIterator<string>): Promise<string | undefined> {
  process.stdout.write('> ');
  const { value, done } = await said.next();
  return done === true ? undefined : value.trim();
}

/** Runs one turn to its end; what it does is shown as it happens. Gives its outputs. */
async function runTurn(app: App, request: CallRequest, place: Place): Promise<readonly CallEvent[]> {
  const joined = await app.calls.arrive({ agent: AGENT, request, place });
  const events: CallEvent[] = [];
  for await (const event of app.log.follow(joined.callId, joined.from, AbortSignal.timeout(120_000))) {
    events.push(event);
    if (event.kind === 'turn-end') break;
  }
  return events;
}

type Writers = { readonly [K in CallEvent['kind']]?: (event: EventOf<K>) => string };

const writers: Writers = {
  speech: ({ text }) => text,
  'passed-verb': ({ markup }) => {
    const words = spokenText(markup);
    return words === '' ? `<${markup.name}>` : words;
  },
  'tool-start': ({ call: { name, arguments: text } }) => `  -> ${name} ${text}`,
  'tool-end': ({ result }) => `  <- ${result.isError ? 'error: ' : ''}${result.content}`,
  hangup: () => '(the call ends)',
  'turn-end': ({ faults }) => faults.map((fault) => `  !! ${fault}`).join('\n'),
};

function writeEvent(event: CallEvent): void {
  const writer = writers[event.kind] as ((event: CallEvent) => string) | undefined;
  // What a model or a tool says must not move the cursor.
  const text = (writer?.(event) ?? '').replaceAll(/[^\P{Cc}\n\t]/gu, '');
  if (text !== '') process.stdout.write(`${text}\n`);
}

function firstRequest({ platform, set = [] }: CallFlags): CallRequest {
  if (platform !== 'cloudonix' && platform !== 'twilio') {
    throw new VoiceError('CONFIG_INVALID', { problem: `--platform ${platform}: expected cloudonix or twilio` });
  }
  const id = platform === 'twilio' ? 'CA00000000000000000000000000000001' : '00000000000000000000000000000001';
  const usual: Parameters = {
    CallSid: id,
    From: '+15551000001',
    To: '+15551000002',
    Direction: 'inbound',
    CallStatus: 'in-progress',
    ...(platform === 'cloudonix' && { Session: id, Domain: 'example.cloudonix.net' }),
  };
  const given = set.map((text) => {
    const at = text.indexOf('=');
    if (at < 1) throw new VoiceError('CONFIG_INVALID', { problem: `--set ${text}: expected name=value` });
    return [text.slice(0, at), text.slice(at + 1)] as const;
  });
  const parameters = { ...usual, ...Object.fromEntries(given) };
  return { platform, callSid: id, parameters, publicUrl: 'http://localhost' };
}

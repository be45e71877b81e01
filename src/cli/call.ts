import { createInterface, type Interface } from 'node:readline';
import type { Command } from 'commander';
import { pino } from 'pino';
import { createApp, sourceUrl, type App } from '../app.ts';
import type { CallEvent, EventOf } from '../call/event.ts';
import type { Place } from '../call/place.ts';
import { agentSettings, type AgentConfig, type Config } from '../config.ts';
import { VoiceError } from '../errors.ts';
import type { Arrival } from '../interpret/calls.ts';
import type { Observe } from '../interpret/live-call.ts';
import { PLATFORM_NAMES } from '../language/platforms.ts';
import { checkApplications } from './check-applications.ts';
import { createTranscript } from './call-transcript.ts';
import { configFrom } from './config/effective.ts';
import type { Flags } from './config/layers.ts';
import { settle } from './config/settle.ts';
import { keylessNote } from './keyless.ts';
import { withSettings } from './options.ts';
import { problemLine } from './outcome.ts';
import { DIAL_STATUSES, pretendCall, type PretendedCall } from './pretended-request.ts';

type CallFlags = Flags & { readonly set?: readonly string[]; readonly platform?: string };

/** The agent of an application that the configuration does not name. */
const AGENT = 'call';
/** Its parameters are those that most applications of this language were written for. */
const USUAL_PLATFORM = 'cloudonix';

/** `colloquy call`: talks to an application in the terminal, each line as what the caller says. */
export function callCommand(program: Command): void {
  withSettings(
    program
      .command('call')
      .description('talk to an application in the terminal')
      .argument('[application]', 'its file or URL, or its name in the configuration; left out, the only one there'),
    'call',
  )
    .option(
      '--platform <name>',
      `whose call it pretends to be: ${PLATFORM_NAMES.join(', ')}; default the agent's own, else ${USUAL_PLATFORM}`,
    )
    .option('--set <name=value...>', 'parameters of the call request, over the usual ones')
    .action(call);
}

async function call(application: string | undefined, flags: CallFlags): Promise<void> {
  const config = configOf(application, configFrom(await settle(flags, process.env), process.env, 'call'));
  const [[name, agent] = ['', undefined]] = config.agents;
  const pretended = pretendCall(flags.platform ?? agent?.platform ?? USUAL_PLATFORM, flags.set ?? []);
  await checkApplications(config);
  const transcript = createTranscript();
  const observe: Observe = (_callId, event) => {
    const text = transcript(event);
    if (text !== '') process.stdout.write(`${text}\n`);
  };
  const app = createApp(config, { logger: pino({ level: 'silent' }), observe });
  const note = keylessNote(config.model);
  if (note !== undefined) process.stderr.write(problemLine(note));
  const lines = createInterface({ input: process.stdin, output: process.stdout, terminal: process.stdin.isTTY });
  try {
    const isWell = await converse(app, name, pretended, lines);
    if (!isWell) process.exitCode = 1;
  } finally {
    lines.close();
    await app.close();
  }
}

/** The configuration with one agent: the one of that name or that document, else one of its own. Nothing is recorded. */
function configOf(application: string | undefined, config: Config): Config {
  const [name, agent] = agentOf(application, [...config.agents]);
  const { recordFolder: _, ...own } = agentSettings(config, agent);
  const { recordFolder: __, ...shared } = config;
  return { ...shared, agents: new Map([[name, own]]) };
}

type NamedAgent = readonly [name: string, agent: AgentConfig];

/** @throws CONFIG_INVALID when none is named and there is more than one, or none. */
function agentOf(application: string | undefined, agents: readonly NamedAgent[]): NamedAgent {
  if (application !== undefined) {
    const named = agents.find(
      ([name, { source }]) => name === application || sourceUrl(source).href === sourceUrl(application).href,
    );
    return named ?? [AGENT, { source: application }];
  }
  const [only, ...others] = agents;
  if (only !== undefined && others.length === 0) return only;
  const names = agents.map(([name]) => name).join(', ');
  const problem = `name an application: ${only === undefined ? 'its file or URL' : `a file, a URL, or one of ${names}`}`;
  throw new VoiceError('CONFIG_INVALID', { problem });
}

/** Holds the call until it ends, the input ends, or nothing listens any more. False if a turn of it went wrong. */
async function converse(app: App, agent: string, pretended: PretendedCall, lines: Interface): Promise<boolean> {
  const said = lines[Symbol.asyncIterator]();
  let request = pretended.first;
  let place: Place = { kind: 'start' };
  let isWell = true;
  for (;;) {
    const turn = await runTurn(app, { agent, request, place });
    isWell &&= turn.every((event) => event.kind !== 'turn-end' || event.faults.length === 0);
    const exit = exitOf(turn);
    if (exit === undefined || turn.some((event) => event.kind === 'hangup')) return isWell;
    place = { kind: 'exit', turn: exit.turn + 1, seq: exit.seq };
    const heard =
      exit.kind === 'redirect' ? '' : await hear(lines, said, exit.kind === 'listen' ? '> ' : DIALLED_PROMPT);
    if (heard === undefined) return isWell;
    request = { redirect: () => pretended.first, listen: pretended.after, 'passed-verb': pretended.afterDial }[
      exit.kind
    ](heard);
  }
}

const DIALLED_PROMPT = `how does that call end (${DIAL_STATUSES.join(', ')})? `;

type ExitEvent = EventOf<'listen' | 'redirect' | 'passed-verb'>;

/** Where the call goes on: what listens, else a transfer that may come back, else a redirect. */
function exitOf(turn: readonly CallEvent[]): ExitEvent | undefined {
  const dial = turn.findLast(
    (event): event is EventOf<'passed-verb'> =>
      event.kind === 'passed-verb' && event.markup.name === 'Dial' && event.exit !== undefined,
  );
  return (
    turn.findLast((event) => event.kind === 'listen') ?? dial ?? turn.findLast((event) => event.kind === 'redirect')
  );
}

async function hear(lines: Interface, said: AsyncIterator<string>, prompt: string): Promise<string | undefined> {
  // Once for the eye, and once for a line that is edited: input that is piped may have ended, and then has no prompt.
  process.stdout.write(prompt);
  lines.setPrompt(prompt);
  const { value, done } = await said.next();
  return done === true ? undefined : value.trim();
}

/** Runs one turn to its end; what it does is shown as it happens. Gives its outputs. */
async function runTurn(app: App, arrival: Arrival): Promise<readonly CallEvent[]> {
  const joined = await app.calls.arrive(arrival);
  const events: CallEvent[] = [];
  for await (const appended of app.log.follow(joined.callId, joined.from, AbortSignal.timeout(120_000))) {
    events.push(...appended);
    const end = events.findIndex(({ kind }) => kind === 'turn-end');
    if (end !== -1) return events.slice(0, end + 1);
  }
  return events;
}

// Every scenario on every carrier against the started server: a cell passes, or the carrier cannot and `check` says where.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { check } from '../../src/cli/check.ts';
import { ENGLISH } from '../../src/interpret/lines.ts';
import { placeCall, type Heard } from '../support/carriers/call.ts';
import type { Carrier } from '../support/carriers/carrier.ts';
import { claim, faultsIn, type Claim } from '../support/carriers/claims.ts';
import { CARRIERS, CREDENTIALS } from '../support/carriers/carriers.ts';
import { requestOf, send } from '../support/carriers/sending.ts';
import { PUBLIC_URL, startWorld, type Script, type World } from '../support/carriers/world.ts';
import { NOT_YET, SOME_FAULT } from './not-yet.ts';
import { conversations } from './scenarios/conversations.ts';
import { fixtures } from './scenarios/fixtures.ts';
import { CALLER, type Ran, type Scenario } from './scenarios/scenario.ts';
import { stages } from './scenarios/stages.ts';
import { transfers } from './scenarios/transfers.ts';
import { verbs } from './scenarios/verbs.ts';

const SCENARIOS: readonly Scenario[] = [...fixtures, ...conversations, ...stages, ...verbs, ...transfers];

const SILENCE_MOST_MS = 4_000;
const CELL_MS = 60_000;
/** More calls at once would measure this machine instead of the server. */
const CALLS_AT_ONCE = 36;

/** jambonz has names of its own for what all others call alike; this is what `check` tells the operator to write. */
const ALIASES = ['From=from', 'To=to'];

type Cell = { readonly name: string; readonly scenario: Scenario; readonly carrier: Carrier };

const cells: readonly Cell[] = SCENARIOS.flatMap((scenario) =>
  CARRIERS.map((carrier) => ({ name: `${carrier.name}-${scenario.name}`, scenario, carrier })),
);

const results = new Map<string, Promise<Ran>>();
let world: World;
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'carriers-'));
  const scripts = new Map<string, Script>(cells.map(({ name, scenario }) => [name, scenario.script]));
  world = await startWorld(scripts, CREDENTIALS, ['--alias', ...ALIASES]);
  const limit = createLimit(CALLS_AT_ONCE);
  // The slow ones first, so that the others run while they wait.
  for (const cell of cells.toSorted((a, b) => thinkingMs(b.scenario) - thinkingMs(a.scenario))) {
    const result = limit(() => run(cell));
    // It is read by its own test, perhaps only after it has failed.
    result.catch(() => undefined);
    results.set(cell.name, result);
  }
}, 60_000);

afterAll(async () => {
  await Promise.allSettled(results.values());
  await rm(folder, { recursive: true });
  await world.close();
}, CELL_MS);

/** About how long the model and the tools of a scenario take. */
function thinkingMs({ script: { model = {}, tools = {} } }: Scenario): number {
  const replies = Object.values(model).flat();
  const waits = replies.flatMap(({ thinksMs = 0, says = '' }) => [thinksMs, ...(typeof says === 'string' ? [] : says)]);
  const numbers = [...waits, ...Object.values(tools).map(({ afterMs = 0 }) => afterMs)];
  return numbers.reduce<number>((sum, wait) => sum + (typeof wait === 'number' ? wait : 0), 0);
}

/** Runs at most so many at a time, in their order. */
function createLimit(most: number): <Value>(work: () => Promise<Value>) => Promise<Value> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve));
    running += 1;
    try {
      return await work();
    } finally {
      running -= 1;
      waiting.shift()?.();
    }
  };
}

async function run({ name, scenario: { says, dials, recordsNothing }, carrier }: Cell): Promise<Ran> {
  const call = { ...CALLER, id: `call-${name}` };
  let serial = 0;
  const heard = await placeCall({
    carrier,
    call,
    voiceUrl: `${PUBLIC_URL}/voice/${name}`,
    tell: (fact, { url, method }) =>
      send(requestOf(carrier, fact, call, { url, method, serial: serial++ }), PUBLIC_URL, world.url),
    ...(says !== undefined && { says }),
    ...(dials !== undefined && { dials }),
    ...(recordsNothing !== undefined && { recordsNothing }),
  });
  return { carrier, heard, traffic: world.traffic(name) };
}

/** What `colloquy check --platform` prints of a cell's application. */
async function checked({
  name,
  scenario,
  carrier,
}: Cell): Promise<{ readonly output: string; readonly exitCode: number }> {
  const file = path.join(folder, `${name}.xml`);
  await writeFile(file, firstDocument(scenario));
  return check([file], { platform: carrier.name, base: 'https://application.example/', alias: ALIASES });
}

const isFiller = (text: string): boolean => ENGLISH.fillers.includes(text);

/** All that was heard, where audio is from, without lines that ask for patience. */
function heardIn({ sounds }: Heard): string {
  return sounds
    .map(({ text }) => (/^\[https?:.*\]$/.test(text) ? '[AUDIO]' : text))
    .filter((text) => text !== '' && !isFiller(text))
    .join(' ');
}

/** What holds of every call: nothing said that may not be, no filler twice in a row, no long silence. */
function orderly({ heard, traffic }: Ran, { isSilent = false }: Scenario): readonly Claim[] {
  const texts = heard.sounds.map(({ text }) => text);
  const repeated = texts.filter((text, index) => isFiller(text) && text === texts[index + 1]);
  return [
    claim('requests that nobody may send', traffic.faults, []),
    claim('fillers twice in a row', repeated, []),
    claim(
      `silence of ${Math.round(heard.longestSilenceMs)} ms`,
      isSilent || heard.longestSilenceMs <= SILENCE_MOST_MS,
      true,
    ),
  ];
}

async function claimsOf(cell: Cell): Promise<readonly Claim[]> {
  const ran = await (results.get(cell.name) as Promise<Ran>);
  const { scenario, carrier } = cell;
  const cannot = scenario.cannot?.[carrier.name];
  const { output, exitCode } = await checked(cell);
  if (cannot !== undefined) {
    return [
      ...orderly(ran, scenario),
      claim(`${cannot.because} in what check prints: ${output}`, cannot.because.test(output), true),
      claim('heard', heardIn(ran.heard), cannot.hears),
      claim('end', ran.heard.end, cannot.ends),
    ];
  }
  return [
    ...orderly(ran, scenario),
    ...(scenario.isCutOff === true
      ? [claim('heard', heardIn(ran.heard).slice(0, scenario.hears.length), scenario.hears)]
      : [
          claim('heard', heardIn(ran.heard), scenario.hears),
          claim('end', ran.heard.end, scenario.ends ?? 'caller-done'),
        ]),
    claim(`exit code of check, which prints ${output}`, exitCode, isChecked(scenario) ? 0 : 1),
    ...(scenario.also?.(ran) ?? []),
  ];
}

/** What a scenario's application is at first; nothing where it is out of order then. */
function firstDocument({ script }: Scenario): string {
  const given = script.documents[''];
  const [first] = typeof given === 'object' ? given : [given];
  return typeof first === 'function' ? first({}) : (first ?? '');
}

/** Whether there is a document that could be checked. */
const isChecked = (scenario: Scenario): boolean => firstDocument(scenario).includes('<Response');

describe.each(CARRIERS.map((carrier) => [carrier.name, carrier] as const))('%s', (_name, carrier) => {
  test.each(cells.filter((cell) => cell.carrier === carrier).map((cell) => [cell.scenario.name, cell] as const))(
    '%s',
    async (_scenario, cell) => {
      expect(await faultsIn(() => claimsOf(cell))).toEqual(NOT_YET.includes(cell.name) ? SOME_FAULT : []);
    },
    CELL_MS,
  );
});

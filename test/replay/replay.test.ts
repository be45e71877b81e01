import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { Parameters } from '../../src/call/request.ts';
import { ENGLISH } from '../../src/interpret/lines.ts';
import type { FixtureFiles, FixtureStep } from '../../src/replay/fixture.ts';
import { readFixture, writeFixture } from '../../src/replay/fixture.ts';
import { fixtureFromLog } from '../../src/replay/from-log.ts';
import { createRecorder } from '../../src/replay/recorder.ts';
import { redact } from '../../src/replay/redact.ts';
import { isFaithful, replay } from '../../src/replay/replay.ts';
import { call, SILENCE, type CallerLine } from '../support/carrier.ts';
import { gatherDocument, standAloneDocument, toolMarkup } from '../support/documents.ts';
import { DOCUMENT_URL } from '../support/ports.ts';
import { AGENT, callRequest, CALL_SID, createWorld, START, type World, type WorldOptions } from '../support/world.ts';

const CALL_ID = `${AGENT}/${CALL_SID}`;
const SETTINGS = { lines: ENGLISH };

async function recorded(world: World): Promise<FixtureFiles> {
  await world.clock.until(world.calls.settled());
  const files = fixtureFromLog(CALL_ID, await world.log.read(CALL_ID, 1));
  if (files === undefined) throw new Error('nothing was recorded');
  return files;
}

/** What a replay finds different, in a form that shows it. */
function differences(files: FixtureFiles): readonly unknown[] {
  const { answers, modelRequests, toolRequests, faults } = replay(files, SETTINGS);
  const compared = [...answers, ...modelRequests, ...toolRequests];
  return [...faults, ...compared.filter(({ expected, actual }) => expected !== actual)];
}

type Case = {
  readonly options: WorldOptions;
  readonly says?: readonly CallerLine[];
  readonly parameters?: Parameters;
  readonly answers: number;
};

const order = toolMarkup('look', 'timeout="15"', '<Parameter name="From"/><Parameter name="order" source="model"/>');

const cases: { readonly [name: string]: Case } = {
  'a greeting and two answers': {
    options: { document: gatherDocument(), model: [{ says: 'At nine.' }, { says: 'At six.' }] },
    says: ['When do you open?', 'And close?'],
    answers: 3,
  },
  'a slow model and a slow tool': {
    options: {
      document: gatherDocument({ tools: order }),
      model: [
        {
          says: ['One second. I ', { afterMs: 20_000, text: 'look. ' }],
          calls: [{ name: 'look', arguments: { order: '7' } }],
        },
        {
          says: [
            { afterMs: 5_000, text: 'It is here. ' },
            { afterMs: 2_000, text: 'Anything else?' },
          ],
        },
      ],
      tools: { look: () => ({ afterMs: 10_000, content: '{"status":"here"}' }) },
    },
    says: ['Where is it?'],
    answers: 10,
  },
  'more sentences at hand than one part may hold': {
    options: {
      document: gatherDocument(),
      model: [{ says: ['One. Two. Three. ', 'Four. ', 'Five. ', 'Six. '], endsAfterMs: 15_000 }],
    },
    says: ['Count.'],
    answers: 7,
  },
  'tools that are refused, fail and hang up': {
    options: {
      document: gatherDocument({ tools: order, converse: 'sessionTools="hangup"' }),
      model: [
        { calls: [{ name: 'look', arguments: '{' }, { name: 'nothing' }, { name: 'look', arguments: { order: '7' } }] },
        { says: 'Goodbye.', calls: [{ name: 'hangup' }] },
      ],
      tools: { look: () => ({ content: 'The tool answered 500.', isError: true }) },
    },
    says: ['Where is it?'],
    answers: 2,
  },
  'a silent caller': {
    options: { document: gatherDocument({ after: '<Say>Leave a message.</Say>' }) },
    says: [SILENCE, SILENCE, SILENCE],
    answers: 4,
  },
  'a model that fails': {
    options: {
      document: gatherDocument(),
      model: [{ says: 'We op. ', fails: 'the connection broke' }, { fails: 'no capacity' }],
    },
    says: ['When?', 'When?'],
    answers: 3,
  },
  'a Converse that stands alone': {
    options: {
      document: standAloneDocument({ before: '<Say>Before.</Say>', after: '<Say>After.</Say>' }),
      model: [{ says: 'The reply.' }],
    },
    answers: 1,
  },
  'a document that ends the session': {
    options: { document: gatherDocument({ tools: toolMarkup('look', '', '<Parameter name="Missing"/>') }) },
    answers: 1,
  },
  'a document that is not there': {
    options: { document: { [DOCUMENT_URL]: { unavailable: 'the server answered 404' } } },
    answers: 1,
  },
  'a document with faults': { options: { document: '<Response><Converse><Tool/></Converse></Response>' }, answers: 1 },
  'a document that changes in mid-call': {
    options: {
      document: {
        [DOCUMENT_URL]: ({ parameters }) =>
          gatherDocument({
            greeting: `<Say>Welcome, ${parameters['SpeechResult'] === undefined ? 'first' : 'again'}.</Say>`,
          }),
      },
    },
    says: ['Hello.'],
    answers: 2,
  },
  stages: {
    options: {
      document: {
        [DOCUMENT_URL]: '<Response><Say>One.</Say><Gather input="speech" action="two.xml"/></Response>',
        'https://app.example/two.xml': '<Response><Redirect>three.xml</Redirect></Response>',
        'https://app.example/three.xml': '<Response><Dial action="four.xml">+15553334444</Dial></Response>',
        'https://app.example/four.xml': '<Response><Say>Over.</Say><Hangup/></Response>',
      },
    },
    says: ['Hello.'],
    answers: 4,
  },
};

describe('a recorded call', () => {
  test.each(Object.entries(cases))(
    'replays byte for byte, redacted or not: %s',
    async (_name, { options, says, parameters, answers }) => {
      const world = createWorld(options);
      const heard = await call(world, says, {
        ...(parameters !== undefined && { parameters }),
        results: { Dial: { DialCallStatus: 'completed' } },
      });
      const files = await recorded(world);
      expect(heard.exchanges).toHaveLength(answers);
      expect(differences(files)).toEqual([]);
      expect(isFaithful(replay(files, SETTINGS))).toBe(true);
      const bodies = heard.exchanges.map(({ body }) => body);
      expect([...files.files].flatMap(([name, text]) => (name.startsWith('expected/') ? [text] : []))).toEqual(bodies);
      expect(differences(redact(files, ['never said']))).toEqual([]);
    },
  );

  test('replays byte for byte after it was hung up between turns', async () => {
    const world = createWorld({ document: gatherDocument(), model: [{ says: 'At nine.' }] });
    await call(world, ['When?']);
    await world.clock.until(world.calls.hangUp(AGENT, CALL_SID, 'completed'));
    const files = await recorded(world);
    expect(differences(files)).toEqual([]);
    expect(files.fixture.turns.at(-1)?.steps.at(-1)).toEqual({ hungUp: 'completed' });
  });

  test('replays byte for byte after it was hung up in mid-turn', async () => {
    const world = createWorld({
      document: gatherDocument({ greeting: '' }),
      model: [{ says: [{ afterMs: 30_000, text: 'Late.' }] }],
    });
    const body = world.sink.answer(AGENT, callRequest(), START);
    await world.clock.advance(1_000);
    await world.clock.until(world.calls.hangUp(AGENT, CALL_SID, 'completed'));
    await world.clock.until(body);
    expect(differences(await recorded(world))).toEqual([]);
  });

  test.each([1_000, 5_000])('replays byte for byte after a request interrupted it %i ms later', async (afterMs) => {
    const world = createWorld({
      document: gatherDocument({ greeting: '' }),
      model: [{ says: ['We open at nine. We', { afterMs: 30_000, text: ' close.' }] }, { says: 'Hello again.' }],
    });
    const first = world.sink.answer(AGENT, callRequest(), START);
    await world.clock.advance(afterMs);
    const second = world.sink.answer(AGENT, callRequest({ CallStatus: 'answered' }), START);
    await world.clock.until(Promise.all([first, second]));
    expect(differences(await recorded(world))).toEqual([]);
  });

  test('goes on from the verb whose result came, where several could have one', async () => {
    const world = createWorld({
      document: {
        [DOCUMENT_URL]:
          '<Response><Record action="one.xml"/><Say>Now the other.</Say><Record action="two.xml"/><Say>Over.</Say></Response>',
        'https://app.example/one.xml': '<Response><Say>The first.</Say></Response>',
        'https://app.example/two.xml': '<Response><Say>The second.</Say></Response>',
      },
    });
    await world.clock.until(world.sink.answer(AGENT, callRequest(), START));
    const [first] = world.eventsOf('passed-verb').filter(({ exit }) => exit !== undefined);
    const place = { kind: 'exit', turn: 2, seq: first?.seq ?? 0 } as const;
    await world.clock.until(world.sink.answer(AGENT, callRequest({ RecordingUrl: 'https://a.example/1' }), place));
    const files = await recorded(world);
    expect(files.fixture.turns.map(({ from, at }) => [from, at])).toEqual([
      ['start', undefined],
      ['passed-verb', 1],
    ]);
    expect([...files.files.values()].join()).toContain('The first.');
    expect(differences(files)).toEqual([]);
    const { fixture } = files;
    const elsewhere = fixture.turns.map((turn) => ('at' in turn ? { ...turn, at: 3 } : turn));
    expect(replay({ ...files, fixture: { ...fixture, turns: elsewhere } }).faults).toEqual([
      'turn 2 goes on from a passed-verb, but turn 1 has only 2',
    ]);
  });

  test('replays byte for byte under the settings of its own agent, which it holds', async () => {
    const settings = { lines: { ...ENGLISH, apology: 'Excuse me.' }, maxCallSeconds: 600 };
    const world = createWorld({
      document: gatherDocument(),
      model: [{ fails: 'no capacity' }],
      lines: { apology: 'Excuse me.' },
      settings: { maxCallSeconds: 600 },
    });
    await call(world, ['When?']);
    await world.clock.until(world.calls.settled());
    const files = fixtureFromLog(CALL_ID, await world.log.read(CALL_ID, 1), settings) as FixtureFiles;
    expect(files.fixture.settings).toEqual({ lines: { apology: 'Excuse me.' }, maxCallSeconds: 600 });
    expect(differences(files)).toEqual([]);
    expect(differences(redact(files, []))).toEqual([]);
    expect([...files.files.values()].join()).toContain('Excuse me.');
    const { settings: _, ...plain } = files.fixture;
    expect(isFaithful(replay({ ...files, fixture: plain }))).toBe(false);
  });

  test('holds no settings where they are those of every agent', async () => {
    const world = createWorld({ document: gatherDocument() });
    await call(world);
    expect((await recorded(world)).fixture).not.toHaveProperty('settings');
  });

  test('names an answer in JSON as what it is', async () => {
    const world = createWorld({ document: '<Response><Say>Hello.</Say></Response>' });
    await world.clock.until(world.sink.answer(AGENT, { ...callRequest(), platform: 'jambonz' }, START));
    const files = await recorded(world);
    expect([...files.files.keys()]).toEqual(['documents/01.xml', 'expected/01.json']);
    expect(differences(files)).toEqual([]);
  });

  test('is the same whatever else arrives at once', async () => {
    const world = createWorld({
      document: gatherDocument({ greeting: '' }),
      model: [{ says: [{ afterMs: 2_000, text: 'Hello.' }] }],
    });
    await world.clock.until(
      Promise.all(Array.from({ length: 5 }, () => world.sink.answer(AGENT, callRequest(), START))),
    );
    expect(differences(await recorded(world))).toEqual([]);
  });
});

describe('a fixture that no longer fits', () => {
  async function slowCall(): Promise<FixtureFiles> {
    const { options, says } = cases['a slow model and a slow tool'] as Case;
    const world = createWorld(options);
    await call(world, says);
    return recorded(world);
  }

  function withSteps(
    { fixture, files }: FixtureFiles,
    change: (step: FixtureStep) => readonly FixtureStep[],
  ): FixtureFiles {
    return {
      files,
      fixture: { ...fixture, turns: fixture.turns.map((turn) => ({ ...turn, steps: turn.steps.flatMap(change) })) },
    };
  }

  test.each<[string, (files: FixtureFiles) => FixtureFiles]>([
    [
      'another greeting in the document',
      ({ fixture, files }) => ({
        fixture,
        files: new Map(
          [...files].map(([name, text]) => [
            name,
            text.startsWith('<Response>') ? text.replace('Welcome', 'Hello') : text,
          ]),
        ),
      }),
    ],
    [
      'another tool name in the document',
      ({ fixture, files }) => ({
        fixture,
        files: new Map(
          [...files].map(([name, text]) => [
            name,
            text.startsWith('<Response>') ? text.replace('name="look"', 'name="find"') : text,
          ]),
        ),
      }),
    ],
    [
      'a parameter that the request lacks',
      ({ fixture, files }) => ({
        fixture,
        files: new Map(
          [...files].map(([name, text]) => [
            name,
            text.startsWith('<Response>') ? text.replace('name="From"', 'name="Missing"') : text,
          ]),
        ),
      }),
    ],
    [
      'another word of the model',
      (files) => withSteps(files, (step) => ['says' in step ? { says: step.says.replace('One', 'Two') } : step]),
    ],
    [
      'a last word of the model',
      (files) => withSteps(files, (step) => ['ends' in step ? { ...step, ends: `${step.ends} Really.` } : step]),
    ],
    [
      'another tool called',
      (files) =>
        withSteps(files, (step) => [
          'calls' in step ? { ...step, calls: [{ name: 'find', arguments: '{}', id: 'x' }] } : step,
        ]),
    ],
    [
      'other arguments of a tool',
      (files) => withSteps(files, (step) => ['tool' in step ? { ...step, arguments: { order: '8' } } : step]),
    ],
    [
      'a missing reply of the model',
      (files) => withSteps(files, (step) => ('ends' in step || 'says' in step ? [] : [step])),
    ],
    ['a missing result', (files) => withSteps(files, (step) => ('tool' in step ? [] : [step]))],
    ['a missing document', (files) => withSteps(files, (step) => ('document' in step ? [] : [step]))],
    ['a missing filler', (files) => withSteps(files, (step) => ('timer' in step ? [] : [step]))],
    ['an answer too many', (files) => withSteps(files, (step) => ('answer' in step ? [step, step] : [step]))],
    [
      'a changed answer',
      ({ fixture, files }) => ({
        fixture,
        files: new Map([...files].map(([name, text]) => [name, name === 'expected/01.xml' ? `${text} ` : text])),
      }),
    ],
  ])('is reported: %s', async (_name, change) => {
    const files = await slowCall();
    expect(differences(files)).toEqual([]);
    const result = replay(change(files), SETTINGS);
    expect(isFaithful(result)).toBe(false);
  });
});

test('what came out can be what is expected from then on', async () => {
  const world = createWorld({
    document: gatherDocument({ tools: order }),
    model: [{ calls: [{ name: 'look', arguments: { order: '7' } }] }, { says: 'It is here.' }],
    tools: { look: () => ({ content: 'here' }) },
  });
  await call(world, ['Where is it?']);
  const { fixture, files } = await recorded(world);
  const changed = [...files].map(([name, text]): [string, string] => [
    name,
    name.startsWith('documents/')
      ? text.replace('Welcome', 'Hello').replace('/look"', '/find"').replace('name="From"', 'name="To"')
      : text,
  ]);
  const { updated, faults, answers, modelRequests, toolRequests } = replay({ fixture, files: new Map(changed) });
  expect(faults).toEqual([]);
  const differs = ({ expected, actual }: { readonly expected: string; readonly actual: string }): boolean =>
    expected !== actual;
  expect([answers.some(differs), modelRequests.some(differs), toolRequests.some(differs)]).toEqual([true, true, true]);
  expect(differences(updated)).toEqual([]);
  const steps = updated.fixture.turns.flatMap((turn) => turn.steps.flatMap((step) => ('tool' in step ? [step] : [])));
  expect(steps).toMatchObject([
    { url: 'https://tools.example/find', arguments: { order: '7', To: expect.any(String) as string } },
  ]);
});

describe('on disk', () => {
  const folders: string[] = [];
  async function folder(): Promise<string> {
    const made = await mkdtemp(path.join(tmpdir(), 'fixture-'));
    folders.push(made);
    return made;
  }
  afterEach(async () => {
    await Promise.all(folders.splice(0).map((made) => rm(made, { recursive: true })));
  });

  const minimal = {
    about: 'A call',
    agent: 'desk',
    platform: 'twilio',
    callSid: 'CA1',
    publicUrl: 'https://voice.example',
    parameters: {},
    turns: [{ from: 'start', request: {}, steps: [] }],
  };
  const withStep = (step: unknown): unknown => ({ ...minimal, turns: [{ from: 'start', request: {}, steps: [step] }] });

  test('a fixture is read back as it was written', async () => {
    const { options, says } = cases['stages'] as Case;
    const world = createWorld(options);
    await call(world, says, { results: { Dial: { DialCallStatus: 'completed' } } });
    const files = await recorded(world);
    const made = await folder();
    await writeFixture(made, files);
    const back = await readFixture(made);
    expect(back.fixture).toEqual(files.fixture);
    expect(new Map(back.files)).toEqual(new Map(files.files));
    expect(differences(back)).toEqual([]);
  });

  test.each<[string, unknown, RegExp]>([
    ['no JSON', '{', /call\.json/],
    ['a list', [], /not an object/],
    ['no agent', { ...minimal, agent: undefined }, /"agent"/],
    ['no platform', { ...minimal, platform: undefined }, /"platform"/],
    ['a platform that does not exist', { ...minimal, platform: 'pigeon' }, /"?pigeon"?/],
    ['no parameters', { ...minimal, parameters: [] }, /"parameters"/],
    ['no turns', { ...minimal, turns: {} }, /"turns"/],
    ['a turn without steps', { ...minimal, turns: [{ from: 'start', request: {} }] }, /turn 1/],
    [
      'a turn from nowhere',
      { ...minimal, turns: [{ from: 'elsewhere', request: {}, steps: [] }] },
      /turn 1.*elsewhere/,
    ],
    [
      'a turn whose request is none',
      { ...minimal, turns: [{ from: 'start', request: 'x', steps: [] }] },
      /turn 1.*request/,
    ],
    ['a step that is no object', withStep('x'), /turn 1/],
    ['a step that is null', withStep(null), /turn 1/],
    ['a step of an unknown kind', withStep({ sings: 'la' }), /turn 1.*(step|sings)/],
    ['an empty step', withStep({}), /turn 1.*step/],
    ['words that are no text', withStep({ says: 1 }), /turn 1.*says/],
    ['an end that is no text', withStep({ ends: null }), /turn 1.*ends/],
    ['a document without a URL', withStep({ document: 'documents/01.xml' }), /turn 1.*url/],
    ['a document that is no name', withStep({ document: 1, url: 'https://a.example/' }), /turn 1/],
    [
      'a document that is not there',
      withStep({ document: 'documents/01.xml', url: 'https://a.example/' }),
      /documents\/01\.xml/,
    ],
    ['a timer that does not exist', withStep({ timer: 'egg' }), /turn 1.*egg/],
    ['an answer that leads out of the folder', withStep({ answer: '../secret.xml' }), /leads out/],
    [
      'a document that leads out of the folder',
      withStep({ document: '../../secret.xml', url: 'https://a.example/' }),
      /leads out/,
    ],
    ['an absolute path', withStep({ answer: '/etc/hostname' }), /leads out/],
    ['a path with dots in the middle', withStep({ answer: 'expected/../../secret.xml' }), /leads out/],
    ['a path with dots behind a backslash', withStep({ answer: 'expected\\..\\..\\secret.xml' }), /leads out/],
    [
      'an answer that hides behind a document',
      withStep({ document: 'call.json', url: 'https://a.example/', answer: '../secret.xml' }),
      /leads out|turn 1/,
    ],
  ])('a fixture is refused, and the fault is located: %s', async (_name, content, expected) => {
    const made = await folder();
    await writeFile(path.join(made, 'call.json'), typeof content === 'string' ? content : JSON.stringify(content));
    await expect(readFixture(made)).rejects.toMatchObject({
      code: 'FIXTURE_INVALID',
      message: expect.stringMatching(expected) as string,
    });
  });

  test('a folder without a fixture is refused by its name', async () => {
    const made = await folder();
    await expect(readFixture(made)).rejects.toMatchObject({
      code: 'FIXTURE_INVALID',
      message: expect.stringContaining(made) as string,
    });
  });

  test('the recorder writes each call as a fixture that replays, and again when it goes on', async () => {
    const into = await folder();
    const errors: unknown[] = [];
    const world = createWorld({
      document: gatherDocument(),
      model: [{ says: 'Your number is +15550001111, the secret is hunter2hunter2.' }],
    });
    const recorder = createRecorder({
      log: world.log,
      folder: into,
      secrets: ['hunter2hunter2'],
      settings: (agent) => ({ lines: { ...ENGLISH, farewell: `Goodbye from ${agent}.` } }),
      onError: (error) => errors.push(error),
    });
    await call(world, ['Who am I?']);
    for (const event of world.events) recorder.observe(CALL_ID, event);
    await recorder.flush();
    expect(errors).toEqual([]);
    const made = await readdir(into);
    expect(made).toHaveLength(1);
    const files = await readFixture(path.join(into, made[0] ?? ''));
    expect(differences(files)).toEqual([]);
    expect(files.fixture.turns).toHaveLength(2);
    expect(files.fixture.settings).toEqual({ lines: { farewell: 'Goodbye from desk.' } });
    const written = await Promise.all(
      (await readdir(path.join(into, made[0] ?? ''), { recursive: true, withFileTypes: true }))
        .filter((entry) => entry.isFile())
        .map((entry) => readFile(path.join(entry.parentPath, entry.name), 'utf8')),
    );
    expect(written.join()).not.toMatch(/5550001111|hunter2|CA0{10}/);
  });
});

// Whole conversations over the sink: what the caller hears, what the model and the tools are asked.
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MAX_TOOL_HOPS } from '../../src/limits.ts';
import { ENGLISH } from '../../src/interpret/lines.ts';
import type { ModelMessage } from '../../src/interpret/ports.ts';
import { call, SILENCE } from '../support/carrier.ts';
import { gatherDocument, standAloneDocument, toolMarkup } from '../support/documents.ts';
import { DOCUMENT_URL, scriptedModel } from '../support/ports.ts';
import { createVirtualClock } from '../support/virtual-clock.ts';
import { AGENT, ask, CALL_SID, createWorld, type World } from '../support/world.ts';
import { nodesNamed, parseStrictly, textOf } from '../support/xml.ts';

const CONTACT_LOOKUP = readFileSync(new URL('../support/documents/contact-lookup.xml', import.meta.url), 'utf8');

/** The roles and words of a model request, prompts included. */
function messagesOf(world: World, index: number): readonly (readonly [ModelMessage['role'], string])[] {
  return (world.model.requests[index]?.messages ?? []).map(({ role, content }) => [role, content] as const);
}

/** Resolves after so many promises in a row. */
async function afterPromises(count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) await Promise.resolve();
}

function faultsOf(world: World): readonly string[] {
  return world.eventsOf('turn-end').flatMap(({ faults }) => faults);
}

describe('a Gather', () => {
  test('with a greeting says it without asking the model, and then answers the caller', async () => {
    const world = createWorld({ document: gatherDocument(), model: [{ says: 'At nine.' }, { says: 'At six.' }] });
    const heard = await call(world, ['When do you open?', 'And close?']);
    expect(heard.words).toEqual(['Welcome to the desk.', 'At nine.', 'At six.']);
    expect(heard.sounds.every(({ interruptible }) => interruptible)).toBe(true);
    expect(messagesOf(world, 1)).toEqual([
      ['system', 'Be brief.'],
      ['assistant', 'Welcome to the desk.'],
      ['user', 'When do you open?'],
      ['assistant', 'At nine.'],
      ['user', 'And close?'],
    ]);
  });

  test('with audio as its greeting does not ask the model either', async () => {
    const world = createWorld({ document: gatherDocument({ greeting: '<Play>https://app.example/hi.mp3</Play>' }) });
    const heard = await call(world);
    expect(heard.words).toEqual(['[https://app.example/hi.mp3]']);
    expect(world.model.requests).toEqual([]);
  });

  test('with a Pause alone has no greeting: the model opens', async () => {
    const world = createWorld({ document: gatherDocument({ greeting: '<Pause/>' }), model: [{ says: 'Good day.' }] });
    expect((await call(world)).words).toEqual(['Good day.']);
  });

  test('keeps a Pause that stands before what the model says', async () => {
    const document = gatherDocument({ greeting: '<Pause length="2"/>' });
    const world = createWorld({ document, model: [{ says: 'Good day.' }] });
    const [gather] = nodesNamed(parseStrictly(await ask(world)), 'Gather');
    expect(gather?.children.map((child) => (typeof child === 'string' ? child : child.name))).toEqual(['Pause', 'Say']);
  });

  test('without a greeting lets the model open, asked by one line that stands for the caller', async () => {
    const world = createWorld({
      document: gatherDocument({ greeting: '' }),
      model: [{ says: 'Good day.' }, { says: 'At nine.' }],
    });
    const heard = await call(world, ['When?']);
    expect(heard.words).toEqual(['Good day.', 'At nine.']);
    expect(messagesOf(world, 0)).toEqual([
      ['system', 'Be brief.'],
      ['user', ENGLISH.opening],
    ]);
    expect(messagesOf(world, 1)).toEqual([
      ['system', 'Be brief.'],
      ['user', ENGLISH.opening],
      ['assistant', 'Good day.'],
      ['user', 'When?'],
    ]);
  });

  test('takes digits for words when the caller keys them', async () => {
    const world = createWorld({ document: gatherDocument(), model: [{ says: 'Sales it is.' }] });
    await call(world, [{ digits: '1' }]);
    expect(messagesOf(world, 0).at(-1)).toEqual(['user', '1']);
  });

  test('speaks in the voice and the language of its Converse', async () => {
    const world = createWorld({
      document: gatherDocument({ converse: 'voice="Google:en-GB-Standard-A" language="en-GB"', greeting: '' }),
      model: [{ says: 'Good day.' }],
    });
    const [say] = nodesNamed(parseStrictly(await ask(world)), 'Say');
    expect(say?.attributes).toEqual({ voice: 'Google.en-GB-Standard-A', language: 'en-GB' });
  });

  test.each([
    ['written', 'temperature="0.2"', 0.2],
    ['zero', 'temperature="0"', 0],
    ['not written', '', undefined],
  ])('sends a temperature only if one is written: %s', async (_name, converse, expected) => {
    const world = createWorld({ document: gatherDocument({ converse, greeting: '' }), model: [{ says: 'Good day.' }] });
    await call(world);
    expect(world.model.requests[0]?.temperature).toBe(expected);
    expect(Object.hasOwn(world.model.requests[0] ?? {}, 'temperature')).toBe(expected !== undefined);
  });

  test('runs the document from its top when it has changed, and keeps the conversation', async () => {
    let greeting = '<Say>Welcome.</Say>';
    const world = createWorld({
      document: { [DOCUMENT_URL]: () => gatherDocument({ greeting }) },
      model: [{ says: 'At nine.' }, { says: 'At six.' }],
    });
    const first = await call(world, ['When?']);
    expect(first.words).toEqual(['Welcome.', 'At nine.']);
    greeting = '<Say>We have moved.</Say>';
    const { exchanges } = first;
    const gather = nodesNamed(parseStrictly(exchanges.at(-1)?.body ?? ''), 'Gather')[0];
    const { searchParams } = new URL(gather?.attributes['action'] ?? '');
    const body = await ask(
      world,
      { kind: 'exit', turn: Number(searchParams.get('turn')), seq: Number(searchParams.get('exit')) },
      { SpeechResult: 'And now?' },
    );
    expect(body).toContain('We have moved.');
  });

  test('goes on when the author’s server fails in mid-call and nothing new is needed of it', async () => {
    let fetches = 0;
    const world = createWorld({
      document: {
        [DOCUMENT_URL]: () => (fetches++ === 0 ? gatherDocument() : { unavailable: 'the server answered 503' }),
      },
      model: [{ says: 'At nine.' }],
    });
    expect((await call(world, ['When?'])).words).toEqual(['Welcome to the desk.', 'At nine.']);
  });

  test('with an action runs that document after the caller’s answer', async () => {
    const world = createWorld({
      document: {
        [DOCUMENT_URL]: gatherDocument({ gather: 'action="next.xml"' }),
        'https://app.example/next.xml': '<Response><Say>This is the next stage.</Say></Response>',
      },
    });
    const heard = await call(world, ['Hello']);
    expect(heard.words).toEqual(['Welcome to the desk.', 'This is the next stage.']);
    expect(world.documents.requests[1]).toMatchObject({
      stage: { url: 'https://app.example/next.xml', method: 'POST' },
      parameters: { SpeechResult: 'Hello' },
    });
  });
});

describe('a silent caller', () => {
  test('is asked again in order, and then the call ends with a farewell', async () => {
    const world = createWorld({ document: gatherDocument() });
    const heard = await call(world, [SILENCE, SILENCE, SILENCE]);
    expect(heard.words).toEqual(['Welcome to the desk.', ...ENGLISH.reprompts, ENGLISH.farewell]);
    expect(heard.end).toBe('hangup');
    expect(world.model.requests).toEqual([]);
  });

  test('who speaks in between is asked again from the first line', async () => {
    const world = createWorld({ document: gatherDocument(), model: [{ says: 'At nine.' }] });
    const heard = await call(world, [SILENCE, 'When?', SILENCE]);
    expect(heard.words).toEqual(['Welcome to the desk.', ENGLISH.reprompts[0], 'At nine.', ENGLISH.reprompts[0]]);
  });

  test('goes on to the verbs after the Gather once the reprompts are used up', async () => {
    const world = createWorld({ document: gatherDocument({ after: '<Say>Leave a message.</Say><Record/>' }) });
    const heard = await call(world, [SILENCE, SILENCE, SILENCE]);
    expect(heard.words).toEqual(['Welcome to the desk.', ...ENGLISH.reprompts, 'Leave a message.']);
    expect(heard.passed).toEqual(['Record']);
  });

  test('falls through at once where actionOnEmptyResult is false', async () => {
    const world = createWorld({
      document: gatherDocument({ gather: '', after: '<Say>Leave a message.</Say><Record/>' }),
    });
    const heard = await call(world, [SILENCE]);
    expect(heard.words).toEqual(['Welcome to the desk.', 'Leave a message.']);
    expect(heard.passed).toEqual(['Record']);
  });

  test('falls through even where the platform posts an empty result all the same', async () => {
    const world = createWorld({ document: gatherDocument({ gather: '', after: '<Say>Leave a message.</Say>' }) });
    const gather = nodesNamed(parseStrictly(await ask(world)), 'Gather')[0];
    const { searchParams } = new URL(gather?.attributes['action'] ?? '');
    const place = { kind: 'exit', turn: 2, seq: Number(searchParams.get('exit')) } as const;
    expect(await ask(world, place, { SpeechResult: '' })).toContain('Leave a message.');
  });
});

describe('a Converse that stands alone', () => {
  test('gives one reply, and the next verb runs', async () => {
    const world = createWorld({
      document: standAloneDocument({
        before: '<Say>Before.</Say>',
        after: '<Say>After.</Say><Play>https://app.example/end.mp3</Play>',
      }),
      model: [{ says: 'The reply.' }],
    });
    const heard = await call(world);
    expect(heard.words.join(' ')).toBe('Before. The reply. After. [https://app.example/end.mp3]');
    expect(heard.end).toBe('document-end');
  });

  test('twice keeps one conversation, and the caller’s words come into it once', async () => {
    const world = createWorld({
      document: {
        [DOCUMENT_URL]:
          '<Response><Gather input="speech" action="https://app.example/two.xml"><Say>Speak.</Say></Gather></Response>',
        'https://app.example/two.xml':
          '<Response><Converse><System>One.</System><Speech/></Converse><Converse><System>Two.</System><Speech/></Converse></Response>',
      },
      model: [{ says: 'First reply.' }, { says: 'Second reply.' }],
    });
    const heard = await call(world, ['Hello.']);
    expect(heard.words.join(' ')).toBe('Speak. First reply. Second reply.');
    expect(messagesOf(world, 1).filter(([role]) => role === 'user')).toEqual([['user', 'Hello.']]);
  });

  test('says in its log why the model failed', async () => {
    const world = createWorld({
      document: standAloneDocument({ after: '<Say>After.</Say>' }),
      model: [{ fails: 'no capacity' }],
    });
    const heard = await call(world);
    expect(heard.words.join(' ')).toContain('After.');
    expect(faultsOf(world)).toEqual(['no capacity']);
  });
});

describe('verbs before a Converse', () => {
  test('that return at once are passed on with its reply', async () => {
    const world = createWorld({
      document: gatherDocument({ before: '<Say>Before.</Say>', greeting: '' }),
      model: [{ says: 'Good day.' }],
    });
    const heard = await call(world);
    expect(heard.words).toEqual(['Before.', 'Good day.']);
    expect(heard.exchanges).toHaveLength(1);
  });

  test.each([
    ['Dial', '<Dial>+15553334444</Dial>'],
    ['Record', '<Record/>'],
    ['Enqueue', '<Enqueue>line</Enqueue>'],
    ['Connect', '<Connect><Stream url="wss://app.example/stream"/></Connect>'],
  ])('that can keep the call end the document with a redirect: %s', async (name, markup) => {
    const world = createWorld({
      document: gatherDocument({ before: markup, greeting: '' }),
      model: [{ says: 'Good day.' }],
    });
    const root = parseStrictly(await ask(world));
    expect(root.children.map((child) => (typeof child === 'string' ? child : child.name))).toEqual([name, 'Redirect']);
    expect(world.model.requests).toEqual([]);
    expect(
      (
        await call(
          createWorld({ document: gatherDocument({ before: markup, greeting: '' }), model: [{ says: 'Good day.' }] }),
        )
      ).words,
    ).toEqual(['Good day.']);
  });

  test.each(['<Hangup/>', '<Reject/>', '<Redirect>https://app.example/else.xml</Redirect>'])(
    'that always leave end the document: %s',
    async (markup) => {
      const world = createWorld({ document: gatherDocument({ before: markup, greeting: '' }) });
      const root = parseStrictly(await ask(world));
      expect(root.children).toHaveLength(1);
      expect(world.model.requests).toEqual([]);
    },
  );

  test('a Redirect leads the platform back to us, and we fetch its document', async () => {
    const world = createWorld({
      document: {
        [DOCUMENT_URL]: '<Response><Redirect method="GET">else.xml</Redirect></Response>',
        'https://app.example/else.xml': '<Response><Say>Elsewhere.</Say></Response>',
      },
    });
    expect((await call(world)).words).toEqual(['Elsewhere.']);
    expect(world.documents.requests[1]?.stage).toEqual({ url: 'https://app.example/else.xml', method: 'GET' });
  });

  test('a Record whose caller has hung up still has its action’s document fetched with its result', async () => {
    const world = createWorld({
      document: {
        [DOCUMENT_URL]: '<Response><Record action="after.xml"/></Response>',
        'https://app.example/after.xml': '<Response><Converse><System>Thank the caller.</System></Converse></Response>',
      },
    });
    await call(world, [], { results: { Record: { RecordingUrl: 'https://a.example/1', CallStatus: 'completed' } } });
    expect(world.documents.requests[1]?.parameters).toMatchObject({ RecordingUrl: 'https://a.example/1' });
    expect(world.model.requests).toEqual([]);
  });

  test('a Dial with an action leads back to us with its result', async () => {
    const world = createWorld({
      document: {
        [DOCUMENT_URL]: '<Response><Dial action="after.xml" timeout="10">+15553334444</Dial></Response>',
        'https://app.example/after.xml': '<Response><Say>They are busy.</Say></Response>',
      },
    });
    const heard = await call(world, [], { results: { Dial: { DialCallStatus: 'busy' } } });
    expect(heard.words).toEqual(['They are busy.']);
    expect(world.documents.requests[1]?.parameters).toMatchObject({ DialCallStatus: 'busy' });
  });
});

describe('context', () => {
  test.each([
    [
      'auto',
      'context="auto"',
      [
        ['user', 'One.'],
        ['assistant', 'First.'],
        ['user', 'Two.'],
      ],
    ],
    ['none', 'context="none"', [['user', 'Two.']]],
    ['no', 'context="no"', [['user', 'Two.']]],
  ])('%s', async (_name, converse, expected) => {
    const world = createWorld({
      document: gatherDocument({ converse, greeting: '<Play>https://app.example/hi.mp3</Play>' }),
      model: [{ says: 'First.' }, { says: 'Second.' }],
    });
    await call(world, ['One.', 'Two.']);
    expect(messagesOf(world, 1)).toEqual([['system', 'Be brief.'], ...expected]);
  });

  test('none keeps a tool call and its result within the turn', async () => {
    const world = createWorld({
      document: gatherDocument({ converse: 'context="none"', tools: toolMarkup('look') }),
      model: [{ calls: [{ name: 'look', arguments: { order: '7' }, id: 'a' }] }, { says: 'Found.' }],
      tools: { look: () => ({ content: 'it is here' }) },
    });
    await call(world, ['Where is it?']);
    expect(messagesOf(world, 1)).toEqual([
      ['system', 'Be brief.'],
      ['user', 'Where is it?'],
      ['assistant', ''],
      ['tool', 'it is here'],
    ]);
  });
});

describe('the hangup session tool', () => {
  const document = gatherDocument({ converse: 'sessionTools="hangup"' });

  test('is offered only where the document asks for it', async () => {
    for (const [converse, expected] of [
      ['sessionTools="hangup"', ['hangup']],
      ['', []],
    ] as const) {
      const world = createWorld({
        document: gatherDocument({ converse, greeting: '' }),
        model: [{ says: 'Good day.' }],
      });
      await call(world);
      expect(world.model.requests[0]?.tools.map(({ name }) => name)).toEqual(expected);
    }
  });

  test('ends the call after the words that came with it', async () => {
    const world = createWorld({ document, model: [{ says: 'Goodbye then.', calls: [{ name: 'hangup' }] }] });
    const heard = await call(world, ['Bye.', 'Never heard.']);
    expect(heard.words).toEqual(['Welcome to the desk.', 'Goodbye then.']);
    expect(heard.end).toBe('hangup');
    expect(world.model.requests).toHaveLength(1);
  });

  test('called in silence asks for a farewell first', async () => {
    const world = createWorld({
      document,
      model: [{ calls: [{ name: 'hangup' }] }, { says: 'It was a pleasure. Goodbye.' }],
    });
    const heard = await call(world, ['Bye.', 'Never heard.']);
    expect(heard.words).toEqual(['Welcome to the desk.', 'It was a pleasure. Goodbye.']);
    expect(heard.end).toBe('hangup');
  });

  test('called in silence by a model that has no farewell either still hangs up', async () => {
    const world = createWorld({ document, model: [{ calls: [{ name: 'hangup' }] }, {}] });
    expect((await call(world, ['Bye.', 'Never heard.'])).end).toBe('hangup');
  });

  test('called beside another tool waits for that tool’s result', async () => {
    const world = createWorld({
      document: gatherDocument({ converse: 'sessionTools="hangup"', tools: toolMarkup('book') }),
      model: [
        { says: 'I book it. Goodbye.', calls: [{ name: 'hangup' }, { name: 'book', arguments: { order: '7' } }] },
      ],
      tools: { book: () => ({ afterMs: 2_000, content: 'booked' }) },
    });
    const heard = await call(world, ['Book it, bye.']);
    expect(heard.end).toBe('hangup');
    expect(world.eventsOf('tool-end').map(({ result }) => result.content)).toContain('booked');
  });

  test('is settled with the reply, so that a hang-up that comes with its end finds it done', async () => {
    const clock = createVirtualClock();
    const model = scriptedModel(clock, [{ says: 'Goodbye then.', calls: [{ name: 'hangup' }] }]);
    const opening = gatherDocument({ converse: 'sessionTools="hangup"', greeting: '' });
    const world: World = createWorld({
      clock,
      document: opening,
      ports: {
        model: {
          ...model,
          reply: async (...request) => {
            const reply = await model.reply(...request);
            // Behind the end of the reply, and before anything else happens.
            void afterPromises(20).then(() => world.calls.hangUp(AGENT, CALL_SID, 'completed'));
            return reply;
          },
        },
      },
    });
    expect(await ask(world)).toContain('<Say>Goodbye then.</Say><Hangup/>');
    await world.clock.settle();
    expect(world.events.map(({ kind }) => kind).slice(-6)).toEqual([
      'model-end',
      'speech',
      'tool-end',
      'hangup',
      'turn-end',
      'answered',
    ]);
  });

  test('that is not offered is refused in words the model can read', async () => {
    const world = createWorld({
      document: gatherDocument(),
      model: [{ calls: [{ name: 'hangup' }] }, { says: 'I stay.' }],
    });
    const heard = await call(world, ['Bye.']);
    expect(heard.words.at(-1)).toBe('I stay.');
    expect(heard.end).toBe('caller-done');
  });
});

describe('a model that fails', () => {
  test('leads to an apology and another try; the third failure in a row ends the call', async () => {
    const world = createWorld({ document: gatherDocument(), model: () => ({ fails: 'no capacity' }) });
    const heard = await call(world, ['One.', 'Two.', 'Three.', 'Four.']);
    expect(heard.words).toEqual(['Welcome to the desk.', ENGLISH.apology, ENGLISH.apology, ENGLISH.failure]);
    expect(heard.end).toBe('hangup');
    expect(faultsOf(world)).toEqual(['no capacity', 'no capacity', 'no capacity']);
  });

  test('and recovers is forgiven', async () => {
    const world = createWorld({
      document: gatherDocument(),
      model: (_request, index) => (index % 3 === 2 ? { says: 'Fine.' } : { fails: 'no capacity' }),
    });
    const heard = await call(
      world,
      Array.from({ length: 9 }, () => 'Again.'),
    );
    expect(heard.end).toBe('caller-done');
    expect(heard.words.filter((words) => words === ENGLISH.apology)).toHaveLength(6);
  });

  test('in mid-sentence keeps what it has said', async () => {
    const world = createWorld({
      document: gatherDocument(),
      model: [{ says: ['We open at nine. ', 'We cl'], fails: 'the connection broke' }, { says: 'At six.' }],
    });
    const heard = await call(world, ['When?', 'And?']);
    expect(heard.words[1]).toBe(`We open at nine. ${ENGLISH.apology}`);
    expect(messagesOf(world, 1)).toEqual([
      ['system', 'Be brief.'],
      ['assistant', 'Welcome to the desk.'],
      ['user', 'When?'],
      ['assistant', 'We open at nine.'],
      ['user', 'And?'],
    ]);
  });

  test('with nothing to say leads to a line of ours', async () => {
    const world = createWorld({ document: gatherDocument(), model: [{}, { says: '  \n ' }] });
    const heard = await call(world, ['When?', 'When?']);
    expect(heard.words).toEqual(['Welcome to the desk.', ENGLISH.noAnswer, ENGLISH.noAnswer]);
  });
});

describe('a tool', () => {
  const document = gatherDocument({ tools: toolMarkup('look', 'timeout="2"') });

  test('is run with the model’s arguments, and its result goes back under the model’s id', async () => {
    const world = createWorld({
      document,
      model: [
        { says: 'Let me see. ', calls: [{ name: 'look', arguments: { order: '7' }, id: 'call_a' }] },
        { says: 'It is on its way.' },
      ],
      tools: { look: ({ arguments: { order } }) => ({ content: `order ${JSON.stringify(order)} is on its way` }) },
    });
    const heard = await call(world, ['Where is order 7?']);
    expect(heard.words.at(-1)).toBe('Let me see. It is on its way.');
    expect(world.tools.runs).toMatchObject([
      { agent: 'desk', id: 'desk/CA00000000000000000000000000000001/2/0/0', arguments: { order: '7' } },
    ]);
    expect(world.model.requests[1]?.messages.slice(-2)).toEqual([
      {
        role: 'assistant',
        content: 'Let me see.',
        toolCalls: [{ id: 'call_a', name: 'look', arguments: '{"order":"7"}' }],
      },
      { role: 'tool', callId: 'call_a', content: 'order "7" is on its way' },
    ]);
  });

  test.each<[string, Parameters<typeof createWorld>[0]['tools'], string | object, RegExp]>([
    [
      'that fails',
      { look: () => ({ content: 'The tool answered 500.', isError: true }) },
      { order: '7' },
      /answered 500/,
    ],
    ['that is too slow', { look: () => ({ afterMs: 3_000, content: 'late' }) }, { order: '7' }, /in time/],
    ['whose arguments are no JSON', {}, '{"order":', /not JSON/],
    ['whose arguments are no object', {}, '[1]', /not a JSON object/],
    ['whose arguments lack one', {}, {}, /"order" is missing/],
    ['whose arguments have another type', {}, { order: 7 }, /expected a string/],
    ['whose arguments are too many', {}, { order: '7', colour: 'red' }, /"colour" is not an argument/],
  ])('%s is a result that the model reads', async (_name, tools, values, expected) => {
    const world = createWorld({
      document,
      model: [{ calls: [{ name: 'look', arguments: values as string }] }, { says: 'I could not find it.' }],
      ...(tools !== undefined && { tools }),
    });
    const heard = await call(world, ['Where?']);
    expect(heard.words.at(-1)).toContain('I could not find it.');
    expect(world.model.requests[1]?.messages.at(-1)).toMatchObject({
      role: 'tool',
      content: expect.stringMatching(expected) as string,
    });
  });

  test('of another name is a result that lists the tools', async () => {
    const world = createWorld({ document, model: [{ calls: [{ name: 'lok' }] }, { says: 'Sorry.' }] });
    await call(world, ['Where?']);
    expect(world.model.requests[1]?.messages.at(-1)).toMatchObject({
      role: 'tool',
      content: expect.stringContaining('The tools are: look') as string,
    });
    expect(world.tools.runs).toEqual([]);
  });

  test('several of one reply run at once, and their results stand in the order of the calls', async () => {
    const world = createWorld({
      document,
      model: [
        { calls: ['a', 'b', 'c'].map((order) => ({ name: 'look', arguments: { order }, id: order })) },
        { says: 'Done.' },
      ],
      tools: {
        look: ({ arguments: { order } }) => ({
          afterMs: order === 'a' ? 1_500 : 500,
          content: `result ${JSON.stringify(order)}`,
        }),
      },
    });
    await call(world, ['Where?']);
    expect(world.model.requests[1]?.messages.slice(-3)).toEqual(
      ['a', 'b', 'c'].map((id) => ({ role: 'tool', callId: id, content: `result "${id}"` })),
    );
  });

  test('is offered for eight rounds; then the model answers once without tools', async () => {
    const world = createWorld({
      document,
      model: ({ tools }) =>
        tools.length > 0 ? { calls: [{ name: 'look', arguments: { order: '7' } }] } : { says: 'That is all I know.' },
      tools: { look: () => ({ content: 'look again' }) },
    });
    const heard = await call(world, ['Where?']);
    expect(heard.words.at(-1)).toBe('That is all I know.');
    expect(world.tools.runs).toHaveLength(MAX_TOOL_HOPS);
    expect(world.model.requests).toHaveLength(MAX_TOOL_HOPS + 1);
  });

  test('that the model calls although none are offered is not run, and the caller is not left in silence', async () => {
    const world = createWorld({
      document,
      model: () => ({ calls: [{ name: 'look', arguments: { order: '7' } }] }),
      tools: { look: () => ({ content: 'look again' }) },
    });
    const heard = await call(world, ['Where?']);
    expect(world.tools.runs).toHaveLength(MAX_TOOL_HOPS);
    expect(world.model.requests).toHaveLength(MAX_TOOL_HOPS + 1);
    expect(heard.words).toHaveLength(2);
  });
});

describe('parameters of the call request', () => {
  test('are filled in by us, hidden from the model, and cannot be overridden by it', async () => {
    const world = createWorld({
      document: gatherDocument({
        tools: toolMarkup('look', '', '<Parameter name="From"/><Parameter name="order" source="model"/>'),
      }),
      model: [{ calls: [{ name: 'look', arguments: { order: '7', From: '+19998887777' } }] }, { says: 'Done.' }],
      tools: { look: () => ({ content: 'found' }) },
    });
    await call(world, ['Where?']);
    expect(world.model.requests[0]?.tools[0]?.schema).toMatchObject({
      properties: { order: { type: 'string' } },
      required: ['order'],
    });
    expect(Object.keys(world.model.requests[0]?.tools[0]?.schema.properties ?? {})).toEqual(['order']);
    for (const { arguments: sent } of world.tools.runs) expect(sent['From']).toBe('+15550001111');
  });

  test('a null of a later request does not hide what the session began with', async () => {
    const world = createWorld({
      document: gatherDocument({ tools: toolMarkup('look', '', '<Parameter name="From"/>') }),
      model: [{ says: 'Yes.' }],
    });
    const gather = nodesNamed(parseStrictly(await ask(world)), 'Gather')[0];
    const seq = Number(new URL(gather?.attributes['action'] ?? '').searchParams.get('exit'));
    expect(await ask(world, { kind: 'exit', turn: 2, seq }, { SpeechResult: 'Hello', From: null })).toContain('Yes.');
  });

  test('results of a verb are never carried over to a later turn', async () => {
    const tools = toolMarkup('look', '', '<Parameter name="Digits" required="false"/>');
    const world = createWorld({
      document: gatherDocument({ tools }),
      model: (_request, index) => (index % 2 === 0 ? { calls: [{ name: 'look' }] } : { says: 'Done.' }),
      tools: { look: () => ({ content: 'found' }) },
    });
    await call(world, [{ digits: '12' }, 'Hello.']);
    expect(world.tools.runs.map(({ arguments: sent }) => sent)).toEqual([{ Digits: '12' }, {}]);
  });
});

describe('the termination rule', () => {
  const DECLARED = ['From', 'To', 'Session', 'Domain', 'Extra'] as const;
  type Outcome = {
    readonly verbs: readonly string[];
    readonly text: string;
    readonly requests: number;
    readonly ends: readonly string[];
    readonly faults: readonly string[];
  };
  type Declared = {
    readonly name: (typeof DECLARED)[number];
    readonly required: boolean;
    readonly tool: 'first' | 'second';
  };

  const everything: { readonly [name: string]: string } = {
    From: '+15550001111',
    To: '+15550002222',
    Session: 'S1',
    Domain: 'example.net',
    Extra: 'x',
  };
  const subsets = Array.from({ length: 2 ** DECLARED.length }, (_, bits) =>
    DECLARED.filter((_name, index) => bits & (1 << index)),
  );

  function documentOf(declared: readonly Declared[], greeting: string): string {
    const tools = (['first', 'second'] as const).map((tool) =>
      toolMarkup(
        tool,
        '',
        declared
          .filter((each) => each.tool === tool)
          .map(({ name, required }) => `<Parameter name="${name}"${required ? '' : ' required="false"'}/>`)
          .join(''),
      ),
    );
    return gatherDocument({ before: '<Say>One moment.</Say>', greeting, tools: tools.join('') });
  }

  /** What the caller gets, what is spent and what the log says. */
  async function outcomeOf(
    declared: readonly Declared[],
    present: readonly string[],
    greeting: string,
  ): Promise<Outcome> {
    const world = createWorld({ document: documentOf(declared, greeting), model: [{ says: 'Good day.' }] });
    const parameters = DECLARED.map(
      (name) => [name, present.includes(name) ? (everything[name] ?? '') : null] as const,
    );
    const root = parseStrictly(await ask(world, undefined, Object.fromEntries(parameters)));
    return {
      verbs: root.children.map((child) => (typeof child === 'string' ? child : child.name)),
      text: textOf(root),
      requests: world.model.requests.length + world.tools.runs.length,
      ends: world.eventsOf('turn-end').map(({ outcome }) => outcome),
      faults: faultsOf(world).map((fault) => /^tool (\w+): [^"]*"(\w+)"/.exec(fault)?.slice(1).join(' ') ?? fault),
    };
  }

  function expected(declared: readonly Declared[], present: readonly string[], greeting: string): Outcome {
    const isMissing = ({ name, required }: Declared): boolean => required && !present.includes(name);
    const faults = (['first', 'second'] as const)
      .flatMap((tool) => declared.filter((each) => each.tool === tool && isMissing(each)))
      .map(({ name, tool }) => `${tool} ${name}`);
    if (faults.length > 0) {
      return {
        verbs: ['Say', 'Hangup'],
        text: `One moment. ${ENGLISH.failure}`,
        requests: 0,
        ends: ['terminated'],
        faults,
      };
    }
    return {
      verbs: ['Say', 'Gather'],
      text: greeting === '' ? 'One moment.Good day.' : 'One moment.Welcome.',
      requests: greeting === '' ? 1 : 0,
      ends: ['listening'],
      faults: [],
    };
  }

  describe.each([
    ['where the model opens', ''],
    ['where a greeting stands before the Converse', '<Say>Welcome.</Say>'],
  ])('%s', (_name, greeting) => {
    test('holds for every subset of required parameters against every subset that the request has', async () => {
      for (const required of subsets) {
        const declared = required.map((name, index): Declared => ({
          name,
          required: true,
          tool: index % 2 === 0 ? 'first' : 'second',
        }));
        for (const present of subsets) {
          expect(await outcomeOf(declared, present, greeting)).toEqual(expected(declared, present, greeting));
        }
      }
    });

    test('holds whichever parameters are required and which are not', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.uniqueArray(
            fc.record({
              name: fc.constantFrom(...DECLARED),
              required: fc.boolean(),
              tool: fc.constantFrom('first' as const, 'second' as const),
            }),
            { selector: ({ name }) => name },
          ),
          fc.subarray([...DECLARED]),
          async (declared, present) => {
            expect(await outcomeOf(declared, present, greeting)).toEqual(expected(declared, present, greeting));
          },
        ),
        { numRuns: 60 },
      );
    });
  });

  test.each([
    ['integer', 'type="integer"', '12.5', false],
    ['integer', 'type="integer"', '12', true],
    ['boolean', 'type="boolean"', 'yes', false],
    ['boolean', 'type="boolean"', 'true', true],
    ['enum', 'type="enum" values="gold,silver"', 'bronze', false],
    ['enum', 'type="enum" values="gold,silver"', 'gold', true],
  ])('holds for a value that does not fit: %s of %s %s', async (_type, attributes, value, fits) => {
    const tools = toolMarkup('look', '', `<Parameter name="level" ${attributes}/>`);
    const world = createWorld({ document: gatherDocument({ tools, greeting: '' }), model: [{ says: 'Good day.' }] });
    const heard = await call(world, [], { parameters: { level: value } });
    expect(heard.words).toEqual([fits ? 'Good day.' : ENGLISH.failure]);
    expect(world.model.requests).toHaveLength(fits ? 1 : 0);
  });

  test('holds before a second Converse of the document as well, after the first was carried out', async () => {
    const world = createWorld({
      document: standAloneDocument({
        after: `<Converse>${toolMarkup('late', '', '<Parameter name="Missing"/>')}<System>Two.</System></Converse>`,
      }),
      model: [{ says: 'First reply.' }, { says: 'Never said.' }],
    });
    const heard = await call(world);
    expect(heard.words.join(' ')).toBe(`First reply. ${ENGLISH.failure}`);
    expect(heard.end).toBe('hangup');
    expect(world.model.requests).toHaveLength(1);
  });
});

describe('the vendor’s own example, unchanged', () => {
  const model = [{ says: 'Good day.' }, { says: 'At nine.' }];
  const document = CONTACT_LOOKUP;

  test('converses on Cloudonix', async () => {
    const world = createWorld({ document, model });
    const heard = await call(world, ['When?'], { platform: 'cloudonix' });
    expect(heard.words).toEqual(['Good day.', 'At nine.']);
    expect(faultsOf(world)).toEqual([]);
  });

  test('ends on Twilio before any model or tool request, and names what the request lacks', async () => {
    const world = createWorld({ document, model });
    const heard = await call(world, ['When?']);
    expect(heard.words).toEqual([ENGLISH.failure]);
    expect(heard.end).toBe('hangup');
    expect(world.model.requests).toEqual([]);
    expect(world.tools.runs).toEqual([]);
    expect(faultsOf(world)).toEqual([
      expect.stringMatching(/contactLookUp.*"Session"/) as string,
      expect.stringMatching(/contactLookUp.*"Domain"/) as string,
    ]);
  });
});

describe('a document that cannot be run', () => {
  test.each([
    ['is not XML', '<Response><Say>Hi</Response>', /.+/],
    ['has faults', gatherDocument({ tools: '<Tool name="a"/>' }), /url/],
    ['is not there', { unavailable: 'the server answered 404' }, /answered 404/],
  ])('%s: the caller hears a sentence and the log says why', async (_name, served, expected) => {
    const world = createWorld({ document: { [DOCUMENT_URL]: () => served } });
    const heard = await call(world);
    expect(heard.words).toEqual([ENGLISH.failure]);
    expect(heard.end).toBe('hangup');
    expect(faultsOf(world).join()).toMatch(expected);
    expect(world.eventsOf('turn-end')).toMatchObject([{ outcome: 'failed' }]);
  });
});

// Where the model may send the call, and what becomes of it.
import { describe, expect, test } from 'vitest';
import type { Parameters } from '../../src/call/request.ts';
import type { Settings } from '../../src/interpret/decision.ts';
import { call } from '../support/carrier.ts';
import { gatherDocument, standAloneDocument, toolMarkup, type DocumentParts as Parts } from '../support/documents.ts';
import { DOCUMENT_URL, type Reply } from '../support/ports.ts';
import { createWorld, type World } from '../support/world.ts';
import { nodesNamed, parseStrictly, textOf } from '../support/xml.ts';

const BILLING =
  '<Destination name="billing" description="questions about bills" message="I will put you through.">+1 (555) 010-0199</Destination>';
const LISTED = 'Ring +15550100199 for bills.';
const BUSY = { results: { Dial: { DialCallStatus: 'busy' } } };

const dial = (destination: string): Reply => ({ calls: [{ name: 'dial', arguments: { destination } }] });
const redirect = (destination: string): Reply => ({ calls: [{ name: 'redirect', arguments: { destination } }] });

function dialling(parts: Parts = {}): string {
  return gatherDocument({ converse: 'sessionTools="dial hangup"', tools: BILLING, ...parts });
}

/** The last results that the model has read. */
function resultsOf(world: World, index: number): readonly string[] {
  return (world.model.requests[index]?.messages ?? []).flatMap(({ role, content }) =>
    role === 'tool' ? [content] : [],
  );
}

/** Whom the answers of a call dial, and as what. */
function dialledIn(bodies: readonly { readonly body: string }[]): readonly string[] {
  return bodies.flatMap(({ body }) =>
    nodesNamed(parseStrictly(body), 'Dial').map((node) =>
      node.children.map((child) => (typeof child === 'string' ? child : `${child.name} ${textOf(child)}`)).join(),
    ),
  );
}

describe('a Dial', () => {
  test('of a destination says its message, and a busy line brings the caller back to the model', async () => {
    const world = createWorld({
      document: dialling(),
      model: [dial('billing'), { says: 'They are busy. Shall I take a message?' }, { says: 'Noted.' }],
    });
    const heard = await call(world, ['My bill is wrong.', 'Yes.'], BUSY);
    expect(heard.words).toEqual([
      'Welcome to the desk.',
      'I will put you through.',
      'They are busy. Shall I take a message?',
      'Noted.',
    ]);
    expect(dialledIn(heard.exchanges)).toEqual(['Number +15550100199']);
    expect(resultsOf(world, 1)).toEqual(['Not put through: the line is busy. The caller is back with you.']);
    expect(world.model.requests[2]?.messages.at(-1)).toEqual({ role: 'user', content: 'Yes.' });
    expect(world.eventsOf('turn-end').map(({ outcome }) => outcome)).toEqual([
      'listening',
      'transferred',
      'listening',
      'listening',
    ]);
  });

  test.each([
    ['no-answer', 'nobody answered'],
    ['noanswer', 'nobody answered'],
    ['failed', 'the call failed'],
    ['canceled', 'it was canceled'],
  ])('that ended in %s is told so to the model', async (DialCallStatus, reason) => {
    const world = createWorld({ document: dialling(), model: [dial('Billing'), { says: 'Sorry.' }] });
    const heard = await call(world, ['My bill is wrong.'], { results: { Dial: { DialCallStatus } } });
    expect(resultsOf(world, 1)).toEqual([`Not put through: ${reason}. The caller is back with you.`]);
    expect(heard.words.at(-1)).toBe('Sorry.');
  });

  test('that was completed goes on behind the Gather, and asks no model', async () => {
    const world = createWorld({ document: dialling({ after: '<Say>Thank you.</Say>' }), model: [dial('billing')] });
    const heard = await call(world, ['My bill is wrong.'], { results: { Dial: { DialCallStatus: 'completed' } } });
    expect(heard.words.at(-1)).toBe('Thank you.');
    expect(heard.end).toBe('document-end');
    expect(world.model.requests).toHaveLength(1);
    expect(world.eventsOf('tool-end').map(({ result }) => result.content)).toEqual([
      'The caller was put through, and that call has ended.',
    ]);
  });

  test('of a Converse that stands alone and forgets comes back to it with what was asked', async () => {
    const document = standAloneDocument({
      converse: 'sessionTools="dial" context="none"',
      tools: BILLING,
      after: '<Say>Bye.</Say>',
    });
    const world = createWorld({ document, model: [dial('billing'), { says: 'Nobody is there.' }] });
    const heard = await call(world, [], BUSY);
    expect(heard.words).toEqual(['I will put you through.', 'Nobody is there. Bye.']);
    expect(resultsOf(world, 1)).toHaveLength(1);
  });

  test('waits for the other tools of the reply, whose results stay', async () => {
    const world = createWorld({
      document: dialling({ tools: BILLING + toolMarkup('look') }),
      model: [
        {
          says: 'One moment. ',
          calls: [...(dial('billing').calls ?? []), { name: 'look', arguments: { order: '7' } }],
        },
        { says: 'Sorry.' },
      ],
      tools: { look: () => ({ afterMs: 1_000, content: 'found' }) },
    });
    const heard = await call(world, ['My bill is wrong.'], BUSY);
    expect(heard.words).toEqual(['Welcome to the desk.', 'One moment. I will put you through.', 'Sorry.']);
    expect(resultsOf(world, 1)).toEqual([expect.stringContaining('busy'), 'found']);
  });

  test('in which the caller has hung up asks no model for a reply that nobody would hear', async () => {
    const world = createWorld({ document: dialling(), model: [dial('billing')] });
    const results = { Dial: { DialCallStatus: 'no-answer', CallStatus: 'completed' } };
    const heard = await call(world, ['My bill is wrong.'], { results });
    expect(heard.words.at(-1)).toBe('I will put you through.');
    expect(world.model.requests).toHaveLength(1);
    expect(world.eventsOf('turn-end').at(-1)).toMatchObject({ outcome: 'hung-up', faults: [] });
  });

  test('waits for the slowest of them', async () => {
    const look = (order: string) => ({ name: 'look', arguments: { order } });
    const world = createWorld({
      document: dialling({ tools: BILLING + toolMarkup('look') }),
      model: [{ calls: [look('7'), ...(dial('billing').calls ?? []), look('8')] }, { says: 'Sorry.' }],
      tools: {
        look: ({ arguments: { order } }) => ({
          afterMs: order === '7' ? 100 : 2_000,
          content: order === '7' ? 'the first' : 'the second',
        }),
      },
    });
    await call(world, ['My bill is wrong.'], BUSY);
    expect(resultsOf(world, 1)).toEqual(['the first', expect.stringContaining('busy'), 'the second']);
  });

  test('happens once in a reply', async () => {
    const world = createWorld({
      document: dialling(),
      model: [{ calls: [...(dial('billing').calls ?? []), ...(dial('billing').calls ?? [])] }, { says: 'Sorry.' }],
    });
    const heard = await call(world, ['My bill is wrong.'], BUSY);
    expect(dialledIn(heard.exchanges)).toHaveLength(1);
    expect(resultsOf(world, 1)[1]).toBe('Not run: the call is on its way elsewhere already. Nothing was done.');
  });

  test('may be repeated in a later turn', async () => {
    const world = createWorld({
      document: dialling(),
      model: [dial('billing'), { says: 'Busy.' }, dial('billing'), { says: 'Busy still.' }],
    });
    const heard = await call(world, ['My bill.', 'Try again.'], BUSY);
    expect(dialledIn(heard.exchanges)).toHaveLength(2);
    expect(heard.words.at(-1)).toBe('Busy still.');
  });

  test('leaves a history that is whole', async () => {
    const world = createWorld({
      document: dialling(),
      model: [dial('billing'), { says: 'Busy.' }, { says: 'Hello.' }],
    });
    await call(world, ['My bill.'], BUSY);
    for (const { messages } of world.model.requests) {
      const calls = messages.flatMap((message) => (message.role === 'assistant' ? message.toolCalls : []));
      expect(messages.filter(({ role }) => role === 'tool')).toHaveLength(calls.length);
    }
  });
});

describe('a number', () => {
  const any: Settings['transfers'] = { dial: ['any'], redirect: [] };

  test.each<[string, string, string, { parts?: Parts; transfers?: Settings['transfers']; parameters?: Parameters }]>([
    ['in a prompt', '+1 555 010 0199', 'Number +15550100199', { parts: { tools: '', system: LISTED } }],
    ['without its plus sign', '15550100199', 'Number +15550100199', { parts: { tools: '', system: LISTED } }],
    ['in the words of a Say', '5550100', 'Number 5550100', { parts: { tools: '', after: '<Say>Or 555-0100.</Say>' } }],
    ['of a Dial', '1004', 'Number 1004', { parts: { tools: '', after: '<Dial><Number>1004</Number></Dial>' } }],
    ['of a Dial without a noun', '1004', 'Number 1004', { parts: { tools: '', after: '<Dial>1004</Dial>' } }],
    [
      'a SIP address',
      'sip:Desk@example.com',
      'Sip sip:desk@example.com',
      { parts: { tools: '', system: 'Ring sip:desk@example.com.' } },
    ],
    ['a client', 'joey', 'Client joey', { parts: { tools: '', after: '<Dial><Client>joey</Client></Dial>' } }],
    ['a destination by its number', '+15550100199', 'Number +15550100199', {}],
    [
      'a destination that the request has as well',
      'billing',
      'Number +15550100199',
      { parameters: { Extra: '+15550100199' } },
    ],
    [
      'what the operator allows',
      '+1 555 777 8888',
      'Number +15557778888',
      { transfers: { dial: ['+1555*'], redirect: [] } },
    ],
    [
      'an address that the operator allows',
      'sip:a@pbx.example',
      'Sip sip:a@pbx.example',
      { transfers: { dial: ['sip:*@pbx.example'], redirect: [] } },
    ],
    ['any number, where any is allowed', '0049 30 123456', 'Number +4930123456', { transfers: any }],
    ['any number, though the caller gave it', '+15550001111', 'Number +15550001111', { transfers: any }],
  ])('%s is dialled', async (_name, asked, expected, { parts, transfers, parameters }) => {
    const world = createWorld({
      document: dialling(parts),
      model: [dial(asked), { says: 'Sorry.' }],
      ...(transfers && { settings: { transfers } }),
    });
    const heard = await call(world, ['Put me through.'], { ...BUSY, ...(parameters && { parameters }) });
    expect(dialledIn(heard.exchanges)).toEqual([expected]);
  });

  const NOT_NAMED = 'the application does not name it as a destination';
  const ECHOED = 'it came from the caller or from the request, not from the application';

  test.each<
    [string, string, string, string, { parts?: Parts; parameters?: Parameters; transfers?: Settings['transfers'] }]
  >([
    ['that nobody has written', '+19005550000', 'Ring it.', NOT_NAMED, {}],
    ['in a comment', '+15550104444', 'Ring it.', NOT_NAMED, { parts: { system: 'Help.<!-- +15550104444 -->' } }],
    [
      'that the request has brought into the document',
      '+15550001111',
      'Ring me.',
      ECHOED,
      { parts: { system: 'The caller is +15550001111.' } },
    ],
    [
      'that the request has brought without its country',
      '5550001111',
      'Ring me.',
      ECHOED,
      { parts: { system: 'The caller is 555 000 1111.' } },
    ],
    [
      'that the caller has said',
      '+15550107777',
      'Ring +1 555 010 7777 for me.',
      ECHOED,
      { parts: { system: 'They said: +15550107777.' } },
    ],
    [
      'that the session data has',
      '+15550108888',
      'Ring.',
      ECHOED,
      { parts: { system: 'Ring +15550108888.' }, parameters: { SessionData: { callerId: '+15550108888' } } },
    ],
    [
      'that an operator’s pattern does not fit',
      '+15550104444',
      'Ring.',
      NOT_NAMED,
      { transfers: { dial: ['+44*'], redirect: ['any'] } },
    ],
    ['that is none', 'the boss', 'Ring.', NOT_NAMED, { transfers: { dial: ['any'], redirect: [] } }],
  ])(
    '%s is not dialled, and the model reads why',
    async (_name, asked, says, reason, { parts, parameters, transfers }) => {
      const world = createWorld({
        document: dialling(parts),
        model: [dial(asked), { says: 'I cannot do that.' }],
        ...(transfers && { settings: { transfers } }),
      });
      const heard = await call(world, [says], { ...BUSY, ...(parameters && { parameters }) });
      expect(dialledIn(heard.exchanges)).toEqual([]);
      expect(resultsOf(world, 1)).toEqual([
        `The call was not sent to "${asked}": ${reason}. Nothing was done. The destinations are: billing.`,
      ]);
      expect(heard.words.at(-1)).toBe('I cannot do that.');
    },
  );

  test('that the caller has keyed long ago, into a menu of another document, is not dialled', async () => {
    const world = createWorld({
      document: {
        [DOCUMENT_URL]: '<Response><Gather action="next.xml"><Say>Your number, please.</Say></Gather></Response>',
        'https://app.example/next.xml': dialling({
          converse: 'sessionTools="dial" context="none"',
          system: 'The caller’s number is 19005550000.',
        }),
      },
      model: [{ says: 'Yes?' }, dial('19005550000'), { says: 'No.' }],
    });
    const heard = await call(world, [{ digits: '19005550000' }, 'Hello.', 'Call me there.'], BUSY);
    expect(heard.words.at(-1)).toBe('No.');
    expect(dialledIn(heard.exchanges)).toEqual([]);
  });

  test.each(['', '{}', '{"destination":7}', '{"destination":" "}', 'not JSON'])(
    'that is missing is asked for: %j',
    async (written) => {
      const world = createWorld({
        document: dialling(),
        model: [{ calls: [{ name: 'dial', arguments: written }] }, { says: 'Whom?' }],
      });
      await call(world, ['Put me through.'], BUSY);
      expect(resultsOf(world, 1)).toEqual([
        'The arguments of dial were not accepted: "destination" is missing. Nothing was done.',
      ]);
    },
  );
});

describe('a redirect', () => {
  const NEXT = 'https://app.example/next.xml';
  const documents = (parts: Parts = {}): Readonly<Record<string, string>> => ({
    [DOCUMENT_URL]: gatherDocument({ converse: 'sessionTools="redirect"', ...parts }),
    [NEXT]: '<Response><Say>Next.</Say></Response>',
    'https://other.example/else.xml?a=1': '<Response><Say>Else.</Say></Response>',
  });

  test.each<[string, string, string, Parts, Settings['transfers'] | undefined]>([
    ['to the document’s own origin', NEXT, 'Next.', {}, undefined],
    ['to a path of it', 'next.xml', 'Next.', {}, undefined],
    [
      'to a URL that a prompt has',
      'https://other.example/else.xml?a=1',
      'Else.',
      { system: 'Then https://other.example/else.xml?a=1.' },
      undefined,
    ],
    [
      'to a URL of a Redirect',
      'https://other.example/else.xml?a=1',
      'Else.',
      { after: '<Redirect>https://other.example/else.xml?a=1</Redirect>' },
      undefined,
    ],
    [
      'to a destination by its name',
      'else',
      'Else.',
      { tools: '<Destination name="else">https://other.example/else.xml?a=1</Destination>' },
      undefined,
    ],
    [
      'to what the operator allows',
      'https://other.example/else.xml?a=1',
      'Else.',
      {},
      { dial: [], redirect: ['https://other.example/*'] },
    ],
  ])('%s leads there', async (_name, asked, words, parts, transfers) => {
    const world = createWorld({
      document: documents(parts),
      model: [redirect(asked)],
      ...(transfers && { settings: { transfers } }),
    });
    const heard = await call(world, ['Go on.']);
    expect(heard.words).toEqual(['Welcome to the desk.', words]);
    expect(world.model.requests).toHaveLength(1);
    expect(world.documents.requests.at(-1)?.stage?.method).toBe('POST');
    expect(world.eventsOf('tool-end').map(({ result }) => result.content)).toEqual(['The call goes on there.']);
    expect(world.eventsOf('turn-end').map(({ outcome }) => outcome)).toContain('redirected');
  });

  test.each<[string, string, Parts, string, Settings['transfers'] | undefined]>([
    [
      'to a URL that nobody has written',
      'https://evil.example/',
      {},
      'the application does not name it as a destination',
      undefined,
    ],
    [
      'to one that only looks like the origin',
      'https://app.example.evil.example/',
      {},
      'the application does not name it as a destination',
      undefined,
    ],
    [
      'to one that only looks allowed',
      'https://other.example@evil.example/x',
      {},
      'the application does not name it as a destination',
      { dial: ['any'], redirect: ['https://other.example/*'] },
    ],
    [
      'to one that only contains what is allowed',
      'https://evil.example/?next=https://other.example/x',
      {},
      'the application does not name it as a destination',
      { dial: [], redirect: ['https://other.example/*'] },
    ],
    [
      'to one that goes on after what is allowed',
      'https://other.example/x',
      {},
      'the application does not name it as a destination',
      { dial: [], redirect: ['https://other.example/'] },
    ],
    [
      'to one that the caller has said',
      'https://evil.example/a',
      { system: 'They said https://evil.example/a' },
      'it came from the caller or from the request, not from the application',
      undefined,
    ],
    ['to another scheme', 'file:///etc/passwd', {}, 'it is no URL', { dial: [], redirect: ['any'] }],
  ])('%s is refused', async (_name, asked, parts, reason, transfers) => {
    const world = createWorld({
      document: documents(parts),
      model: [redirect(asked), { says: 'No.' }],
      ...(transfers && { settings: { transfers } }),
    });
    const heard = await call(world, ['Go to https://evil.example/a now.']);
    expect(heard.words.at(-1)).toBe('No.');
    expect(resultsOf(world, 1)).toEqual([`The call was not sent to "${asked}": ${reason}. Nothing was done.`]);
  });

  test('says the message of its destination before', async () => {
    const tools = '<Destination name="next" message="One moment.">next.xml</Destination>'.replace('next.xml', NEXT);
    const world = createWorld({ document: documents({ tools }), model: [redirect('next')] });
    expect((await call(world, ['Go on.'])).words).toEqual(['Welcome to the desk.', 'One moment.', 'Next.']);
  });
});

describe('the model is offered', () => {
  const offered = async (parts: Parts, transfers?: Settings['transfers'], url = DOCUMENT_URL) => {
    const world = createWorld({
      document: { [url]: gatherDocument({ greeting: '', ...parts }) },
      model: [{ says: 'Hello.' }],
      ...(transfers && { settings: { transfers } }),
    });
    await call(world);
    return world.model.requests[0]?.tools ?? [];
  };

  test('a Dial with its destinations and when to choose them', async () => {
    const tools = await offered({
      converse: 'sessionTools="dial"',
      tools: `${BILLING}<Destination>1004</Destination><Destination name="web">https://a.example/</Destination>`,
    });
    expect(tools).toMatchObject([
      {
        name: 'dial',
        description: expect.stringContaining('Destinations: billing (questions about bills); 1004.'),
        schema: { required: ['destination'] },
      },
    ]);
  });

  test('no Dial where there is nothing to dial', async () => {
    expect(await offered({ converse: 'sessionTools="dial hangup"' })).toMatchObject([{ name: 'hangup' }]);
    expect(await offered({ converse: 'sessionTools="dial"' }, { dial: ['+1*'], redirect: [] })).toHaveLength(1);
  });
});

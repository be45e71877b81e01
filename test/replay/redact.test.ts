import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Parameters } from '../../src/call/request.ts';
import { ENGLISH } from '../../src/interpret/lines.ts';
import type { JsonObject } from '../../src/json.ts';
import type { FixtureFiles } from '../../src/replay/fixture.ts';
import { fixtureFromLog } from '../../src/replay/from-log.ts';
import { redact } from '../../src/replay/redact.ts';
import { replay } from '../../src/replay/replay.ts';
import { call } from '../support/carrier.ts';
import { gatherDocument, toolMarkup } from '../support/documents.ts';
import { AGENT, CALL_SID, createWorld } from '../support/world.ts';

/** A call in which the model, a tool and the caller say every one of these values. */
async function callThatSays(parameters: Parameters, values: readonly string[]): Promise<FixtureFiles> {
  const world = createWorld({
    document: gatherDocument({
      tools: toolMarkup('look', '', '<Parameter name="From"/><Parameter name="words" source="model"/>'),
    }),
    model: [
      { says: `You said ${values.join(' and ')}. `, calls: [{ name: 'look', arguments: { words: values.join(' ') } }] },
      { says: `It is ${values.join(', ')}.` },
    ],
    tools: { look: () => ({ content: JSON.stringify({ values }) }) },
  });
  await call(world, [values.join(' ')], { parameters });
  await world.clock.until(world.calls.settled());
  const id = `${AGENT}/${CALL_SID}`;
  const files = fixtureFromLog(id, await world.log.read(id, 1));
  if (files === undefined) throw new Error('nothing was recorded');
  return files;
}

/** Everything that is written to disk, and the same with XML and JSON read back to plain text. */
function written({ fixture, files }: FixtureFiles): string {
  const text = [JSON.stringify(fixture), ...files.values()].join('\n');
  const plain = text
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .replaceAll(/\\+(["/\\])/g, '$1');
  return `${text}\n${plain}`;
}

/** Shows the first place of a value, not the whole fixture. */
function expectNowhere(files: FixtureFiles, value: string): void {
  const text = written(files);
  const at = text.indexOf(value);
  expect(at === -1 ? undefined : text.slice(Math.max(0, at - 60), at + value.length + 20)).toBeUndefined();
}

function differences(files: FixtureFiles): readonly unknown[] {
  const { answers, modelRequests, toolRequests, faults } = replay(files, { lines: ENGLISH });
  const compared = [...answers, ...modelRequests, ...toolRequests];
  return [...faults, ...compared.filter(({ expected, actual }) => expected !== actual)];
}

describe('a redacted fixture', () => {
  test.each<[string, Parameters, string]>([
    ['the caller’s number', { From: '+15557654321' }, '+15557654321'],
    ['the caller’s number without its plus', { From: '15557654321' }, '15557654321'],
    ['a number that came as a JSON number', { From: 15557654321 }, '15557654321'],
    ['the call’s id', { CallSid: 'CAabcdef0123456789abcdef0123456789' }, 'CAabcdef0123456789abcdef0123456789'],
    ['the account’s id', { AccountSid: 'ACabcdef0123456789' }, 'ACabcdef0123456789'],
    ['the call’s id on Plivo', { CallUUID: '97ceeb52-58b6-11e1' }, '97ceeb52-58b6-11e1'],
    ['the call’s id on jambonz', { call_sid: '5f0c2e9a-call' }, '5f0c2e9a-call'],
    ['the call’s id of the old kind on Telnyx', { CallSidLegacy: 'leg-5d3e8a' }, 'leg-5d3e8a'],
    ['a recording’s id', { RecordingSid: 'RE9a8b7c6d5e' }, 'RE9a8b7c6d5e'],
    ['where the caller lives', { FromCity: 'SPRINGFIELD' }, 'SPRINGFIELD'],
    ['the name on jambonz', { caller_name: 'Josephine Quist' }, 'Josephine Quist'],
    ['the session', { Session: 'b7d6-11ee-session' }, 'b7d6-11ee-session'],
    ['the caller’s name', { CallerName: 'Josephine Quist' }, 'Josephine Quist'],
    ['a caller’s name that XML writes otherwise', { CallerName: 'Quist & Sons' }, 'Quist & Sons'],
    ['a caller’s name that JSON writes otherwise', { CallerName: 'Jo "Quist" Sons' }, 'Jo "Quist" Sons'],
    ['a token', { CallToken: 'tok_9f8e7d6c5b' }, 'tok_9f8e7d6c5b'],
    ['a secret in nested data', { SessionData: { apiKey: 'key_5a4b3c2d' } }, 'key_5a4b3c2d'],
    ['a secret in a list', { SessionData: { tokens: ['tok_first_one'] } }, 'tok_first_one'],
    [
      'a header of the trunk',
      { SessionData: { profile: { 'trunk-sip-headers': { 'X-Auth': 'AUTHSECRET' } } } },
      'AUTHSECRET',
    ],
    ['a header in nested data that came as text', { SessionData: '{"headers":{"X-Tenant":"acme corp"}}' }, 'acme corp'],
    ['a header of the platform', { 'SipHeader_X-Customer-Name': 'Jane Doe' }, 'Jane Doe'],
    ['a header of any name', { 'SipHeader_Diversion-Kind': 'overflow' }, 'overflow'],
    ['a header whose name is markup', { 'X-"<&': 'zebra' }, 'zebra'],
    ['a header that is a number of four digits', { 'X-Pin': '4711' }, '4711'],
    ['an account’s key', { proxyAuth: 'Digest zxy' }, 'Digest zxy'],
    ['an address', { Email: 'jane@example.com' }, 'jane@example.com'],
    ['somebody’s name', { CustomerName: 'Jane Doe' }, 'Jane Doe'],
    ['the domain of a SIP call', { SipDomain: 'tenant.sip.example' }, 'tenant.sip.example'],
    ['the ids of its calls', { callIds: ['leg-abcd', 'leg-efgh'] }, 'leg-efgh'],
    ['a secret that came as a JSON number', { password: 83917264 }, '83917264'],
  ])('holds %s nowhere, and still replays', async (_name, parameters, value) => {
    const files = redact(await callThatSays(parameters, [value]), []);
    expectNowhere(files, value);
    expect(differences(files)).toEqual([]);
  });

  test.each([
    ['a card number in groups', '4111 1111 1111 1111'],
    ['a number with dashes', '1-555-765-4321'],
    ['a number with dots', '555.765.4321'],
    ['a number of the North American kind', '+1 (555) 765-4321'],
    ['a number in a SIP address', 'sip:+15557654321@example.com'],
  ])('holds no number that was said: %s', async (_name, value) => {
    const files = redact(await callThatSays({}, [value]), []);
    expectNowhere(files, value.replace(/^sip:|@.*$/g, ''));
    expect(differences(files)).toEqual([]);
  });

  test.each([
    ['a token', 'https://api.example/x?token=abcdefgh', 'abcdefgh'],
    ['a key behind other parameters', 'https://api.example/x?a=1&api_key=abcdefgh&b=2', 'abcdefgh'],
    ['a user and a password', 'https://user:passw0rdX@api.example/x', 'passw0rdX'],
  ])('holds no credential of a URL: %s', async (_name, url, secret) => {
    const world = createWorld({
      document: `<Response><Play>${url.replaceAll('&', '&amp;')}</Play></Response>`,
    });
    await call(world);
    const id = `${AGENT}/${CALL_SID}`;
    const files = redact(fixtureFromLog(id, await world.log.read(id, 1)) as FixtureFiles, []);
    expectNowhere(files, secret);
    expect(differences(files)).toEqual([]);
  });

  test.each([
    ['between blanks', 'hunter2'],
    ['within other characters', 'x_hunter2_y'],
    ['within a word', 'myhunter2pass'],
  ])('holds a configured secret nowhere, however short it is: %s', async (_name, value) => {
    const files = redact(await callThatSays({}, [value]), ['hunter2']);
    expectNowhere(files, 'hunter2');
    expect(differences(files)).toEqual([]);
  });

  test('holds no configured secret that a sentence ends in', async () => {
    const files = redact(await callThatSays({}, ['Open. Sesame now']), ['Open. Sesame']);
    expect(written(files)).not.toMatch(/Open|Sesame/);
    expect(differences(files)).toEqual([]);
  });

  test.each([
    ['keeps the numbers of its author', '+15557654321', 'https://api.example/x', ['+15557654321']],
    ['keeps no configured secret', 'hunter2', 'https://api.example/x', []],
    ['keeps no credential of a URL', 'Hello', 'https://user:passw0rdX@api.example/x?token=abcdefgh', []],
  ])('of an application that is a file %s', async (_name, words, url, kept) => {
    const world = createWorld({ document: `<Response><Say>${words}</Say><Play>${url}</Play></Response>` });
    await call(world, [], { parameters: { From: '+15557654321' } });
    const id = `${AGENT}/${CALL_SID}`;
    const { fixture, files } = fixtureFromLog(id, await world.log.read(id, 1)) as FixtureFiles;
    const turns = fixture.turns.map((turn) => ({
      ...turn,
      steps: turn.steps.map((step) => ('document' in step ? { ...step, url: 'file:///desk.xml' } : step)),
    }));
    const redacted = redact({ fixture: { ...fixture, turns }, files }, ['hunter2']);
    const said = written(redacted).match(/\+15557654321|hunter2|passw0rdX|abcdefgh/g) ?? [];
    expect([...new Set(said)]).toEqual(kept);
    expect(differences(redacted)).toEqual([]);
  });

  test('holds no folder of the machine that recorded it', async () => {
    const files = await callThatSays({}, ['hello']);
    const { fixture } = files;
    const turns = fixture.turns.map((turn) => ({
      ...turn,
      steps: turn.steps.map((step) => ('url' in step ? { ...step, url: 'file:///home/somebody/apps/desk.xml' } : step)),
    }));
    expect(written(redact({ ...files, fixture: { ...fixture, turns } }, []))).not.toContain('somebody');
  });

  test('gives one value one stand-in, and two values two', async () => {
    const files = redact(await callThatSays({ From: '+15557654321', To: '+15551234567' }, ['+15557654321']), []);
    const { From, To } = files.fixture.parameters;
    expect(From).not.toBe(To);
    expect(written(files)).toContain(`You said ${JSON.stringify(From).slice(1, -1)}`);
  });

  test('gives a number that is known one stand-in, however it is written', async () => {
    const files = redact(await callThatSays({ From: '+15557654321' }, ['+1 (555) 765-4321']), []);
    expect(written(files)).toContain(`You said ${JSON.stringify(files.fixture.parameters['From']).slice(1, -1)}`);
  });

  test('leaves the names that a tool gives its own values', async () => {
    const world = createWorld({
      document: gatherDocument({ tools: toolMarkup('look', '', '<Parameter name="to" source="model"/>') }),
      model: [{ calls: [{ name: 'look', arguments: { to: 'Vienna' } }] }, { says: 'From Berlin to Vienna.' }],
      tools: { look: () => ({ content: '{"from":"Berlin","apiKey":"key_5a4b3c2d"}' }) },
    });
    await call(world, ['To Vienna.']);
    const id = `${AGENT}/${CALL_SID}`;
    const files = redact(fixtureFromLog(id, await world.log.read(id, 1)) as FixtureFiles, []);
    expect(written(files)).toContain('From Berlin to Vienna.');
    expectNowhere(files, 'key_5a4b3c2d');
    expect(differences(files)).toEqual([]);
  });

  test('leaves an extension, a year and a price alone', async () => {
    const files = redact(await callThatSays({}, ['1004', '2026', '19.99']), []);
    expect(written(files)).toContain('You said 1004 and 2026 and 19.99');
  });

  test('leaves a number a number where a header has the same one', async () => {
    const world = createWorld({ document: '<Response><Pause length="3100"/><Say>Bye.</Say></Response>' });
    await call(world, [], { parameters: { 'X-Max': '3100' } });
    const id = `${AGENT}/${CALL_SID}`;
    const files = redact(fixtureFromLog(id, await world.log.read(id, 1)) as FixtureFiles, []);
    expectNowhere(files, '3100');
    expect(written(files)).toMatch(/<Pause length="\d{4}"\/><Say>Bye\.<\/Say>/);
    expect(differences(files)).toEqual([]);
  });

  test.each(['1', '3', '30', 'true', 'speech', 'POST', 'Say'])(
    'survives a header that is a small thing: %s',
    async (value) => {
      expect(differences(redact(await callThatSays({ 'X-Kind': value }, [value]), []))).toEqual([]);
    },
  );

  test.each(['Say', 'Gather', 'speech', 'true', 'name', '1', 'action', 'POST', 'Response'])(
    'survives a caller whose name is also a word of the markup: %s',
    async (CallerName) => {
      expect(differences(redact(await callThatSays({ CallerName }, [CallerName]), []))).toEqual([]);
    },
  );

  test('is the same when it is redacted again', async () => {
    const once = redact(
      await callThatSays({ From: '+15557654321', CallerName: 'Josephine Quist' }, ['4111 1111 1111 1111']),
      [],
    );
    expect(differences(redact(once, []))).toEqual([]);
  });

  test('holds none of the values, whatever they are', async () => {
    const phone = fc.stringMatching(/^\+[1-9]\d{9,13}$/);
    const identity = fc.stringMatching(/^[A-Za-z][A-Za-z0-9-]{9,30}$/);
    const secret = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9/+=._-]{9,30}$/);
    await fc.assert(
      fc.asyncProperty(
        phone,
        phone,
        identity,
        identity,
        secret,
        secret,
        async (From, To, CallSid, Session, CallToken, configured) => {
          const parameters: JsonObject = { From, To, CallSid, Session, CallToken };
          const values = [From, To, CallSid, Session, CallToken, configured];
          const files = redact(await callThatSays(parameters, values), [configured]);
          for (const value of values) expectNowhere(files, value);
          expect(differences(files)).toEqual([]);
        },
      ),
      { numRuns: 40 },
    );
  });
});

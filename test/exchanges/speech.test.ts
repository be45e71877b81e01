import { describe, expect, test } from 'vitest';
import { ENGLISH } from '../../src/interpret/lines.ts';
import { gatherDocument } from '../support/documents.ts';
import { useStarted, type ModelAnswer } from '../support/started.ts';
import { parseStrictly } from '../support/xml.ts';

const started = useStarted();

const HANGUP = { name: 'hangup' };
const DOCUMENT = gatherDocument({ greeting: '', converse: 'sessionTools="hangup"' });

describe('a farewell is heard to its end, and then the call ends (gptme/gptme-contrib PR#795; XiyaoWang0519/agent-call#9)', () => {
  test.each<[string, readonly ModelAnswer[], readonly string[]]>([
    [
      'said with the hang-up',
      [{ says: 'Have a safe trip. Goodbye!', calls: [HANGUP] }],
      ['Have a safe trip.', 'Goodbye!'],
    ],
    ['said after it', [{ calls: [HANGUP] }, { says: 'Goodbye!' }], ['Goodbye!']],
    ['never said', [{ calls: [HANGUP] }, {}], [ENGLISH.goodbye]],
    [
      'said in pieces',
      [{ says: ['Thank you', 50, ' for calling. ', 50, 'Good', 'bye!'], calls: [HANGUP] }],
      ['Thank you for calling.', 'Goodbye!'],
    ],
  ])('%s', async (_name, model, words) => {
    const call = started.call({ document: DOCUMENT, model });
    const heard = await call.arrives();
    expect(heard.end).toBe('hangup');
    expect(heard.words.join(' ')).toBe(words.join(' '));
    // Side by side and in this order: a platform plays each Say to its end before it hangs up.
    const names = heard.documents
      .flatMap((document) => parseStrictly(document).children)
      .map((child) => (typeof child === 'string' ? child : child.name));
    expect(names.filter((name) => name !== 'Redirect')).toEqual([...names.filter((name) => name === 'Say'), 'Hangup']);
    expect(call.asked).toHaveLength(model.length);
  });

  // Whether words alone are a farewell is the model's to say, by its tool: a caller who is asked "shall I say goodbye?" stays.
  test('words alone hang nobody up', async () => {
    const call = started.call({
      document: DOCUMENT,
      model: [{ says: 'Goodbye is what they all say. Anything else?' }],
    });
    expect((await call.arrives()).end).toBe('listening');
  });

  test('the agent is offered the hang-up only where its document says so (openclaw/openclaw PR#132367)', async () => {
    const call = started.call({
      document: gatherDocument({ greeting: '' }),
      model: [{ calls: [HANGUP] }, { says: 'I cannot hang up.' }],
    });
    expect(await call.arrives()).toMatchObject({ words: ['I cannot hang up.'], end: 'listening' });
  });
});

describe('a model that answers nothing leaves nobody in silence (dograh-hq/dograh#561)', () => {
  test.each<[string, ModelAnswer]>([
    ['no text', {}],
    ['blanks', { says: [' ', '\n\n'] }],
    ['a sign that cannot be said', { says: '👋' }],
    ['a rule and a fence', { says: '---\n```\n```' }],
    ['only thoughts', { says: '<think>What shall I say?</think>' }],
  ])('%s', async (_name, answer) => {
    const call = started.call({ document: DOCUMENT, model: [answer, { says: 'Here I am.' }] });
    expect(await call.arrives()).toMatchObject({ words: [ENGLISH.noAnswer], end: 'listening' });
    expect(await call.says('Once more?')).toMatchObject({ words: ['Here I am.'], end: 'listening' });
  });
});

describe('nobody hears markdown, however it is cut into pieces (huggingface/speech-to-speech#338, #344)', () => {
  test.each<[string, readonly (string | number)[], string]>([
    ['emphasis', ['We are **', 'open', '** from *n', 'ine*', ' to _six_.'], 'We are open from nine to six.'],
    ['a list', ['We have:\n', '- A red one.', '\n- A blue one.\n', '* Both.'], 'We have: A red one. A blue one. Both.'],
    ['a heading', ['## Open', 'ing hours:\n', 'Nine to six.'], 'Opening hours: Nine to six.'],
    ['a link', ['Look at [our ', 'shop](https://', 'shop.example/x?y=1).'], 'Look at our shop.'],
    ['a URL', ['Look at https://www.', 'shop.example/x?y=1.'], 'Look at shop.example.'],
    ['code and emoji', ['Say `', 'yes', '` now 🎉', '.'], 'Say yes now.'],
    ['no markdown', ['2 * 3 is 6, and a_b is', ' a name.'], '2 * 3 is 6, and a_b is a name.'],
    ['markup', ['Is 1 < 2 & <b>3', '</b> > 2?'], 'Is 1 < 2 & 3 > 2?'],
  ])('%s', async (_name, says, words) => {
    const call = started.call({ document: DOCUMENT, model: [{ says }, { says: 'Yes.' }] });
    expect((await call.arrives()).words.join(' ')).toBe(words);
    // The model reads its own words back as it wrote them.
    await call.says('Thanks.');
    const written = says.filter((piece) => typeof piece === 'string').join('');
    expect(call.asked[1]?.messages.at(-2)).toEqual({ role: 'assistant', content: written });
  });
});

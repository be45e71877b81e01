import { describe, expect, test } from 'vitest';
import type { LedgerCall, Message } from '../../src/call/conversation.ts';
import type { Decision, Trigger } from '../../src/interpret/decision.ts';
import { conversationSize, modelMessages, withinBudget } from '../../src/interpret/history.ts';
import { HISTORY_MAX_CHARACTERS, REPLY_MAX_CHARACTERS } from '../../src/limits.ts';
import { gatherDocument } from '../support/documents.ts';
import { brief, delta, documentOf, lastOutput, modelEnd, tell, turnStart } from '../support/story.ts';

const user = (text: string): Message => ({ role: 'user', text });
const assistant = (text: string, ...calls: readonly LedgerCall[]): Message => ({
  role: 'assistant',
  text,
  toolCalls: calls,
});
const looked = (content: string): LedgerCall => ({
  id: 'i',
  modelId: 'm',
  name: 'look',
  arguments: '{}',
  result: { content, isError: false },
});

describe('a conversation that is longer than its budget', () => {
  test.each<[string, readonly Message[], number, number]>([
    ['is whole while it fits', [user('aa'), assistant('bb'), user('cc')], 6, 3],
    ['loses its oldest turn first', [user('aa'), assistant('bb'), user('cc')], 5, 1],
    ['loses whole turns', [user('a'), assistant('b'), user('c'), assistant('d'), user('e')], 4, 3],
    ['keeps a tool call with its result', [user('a'), assistant('', looked('12345')), assistant('b'), user('c')], 9, 1],
    ['keeps the caller’s last words, however long', [user('a'), assistant('b'), user('c'.repeat(50))], 10, 1],
    [
      'keeps what followed the last words',
      [user('a'), user('c'), assistant('', looked('1234567890')), assistant('d')],
      5,
      3,
    ],
    ['is not cut where the caller has not spoken', [assistant('a'.repeat(50)), assistant('b')], 10, 2],
    ['is empty when it is empty', [], 10, 0],
  ])('%s', (_name, messages, budget, kept) => {
    expect(withinBudget(messages, budget)).toEqual(messages.slice(messages.length - kept));
  });

  test('of 200 turns is cut to the budget, between turns', () => {
    const turns = Array.from({ length: 200 }, (_, index) => [
      user(`question ${index} ${'x'.repeat(300)}`),
      assistant('', looked('y'.repeat(200))),
      assistant(`answer ${index}`),
    ]).flat();
    const kept = withinBudget([...turns, user('last')], HISTORY_MAX_CHARACTERS);
    expect(conversationSize(kept)).toBeLessThanOrEqual(HISTORY_MAX_CHARACTERS);
    expect(conversationSize(kept)).toBeGreaterThan(HISTORY_MAX_CHARACTERS * 0.95);
    expect(kept[0]?.role).toBe('user');
    const roles = modelMessages([], kept, '').map(({ role }) => role);
    expect(roles.filter((role) => role === 'tool')).toHaveLength(
      kept.filter((message) => message.role === 'assistant' && message.toolCalls.length > 0).length,
    );
  });
});

describe('a model that cannot hold the history', () => {
  const document = gatherDocument();
  /** Ten turns of talk, then a question that is too much. */
  function talked(turns: number): readonly Trigger[] {
    const story: Trigger[] = [turnStart(1), documentOf(document)];
    for (let turn = 2; turn < 2 + turns; turn += 1) {
      story.push(
        turnStart(turn, { SpeechResult: `question ${turn} ${'x'.repeat(100)}` }, lastOutput(tell(story), 'listen')),
      );
      story.push(documentOf(document), modelEnd(`Answer ${turn}.`));
    }
    return story;
  }
  const asked = [
    ...talked(9),
    turnStart(11, { SpeechResult: 'the last question' }, lastOutput(tell(talked(9)), 'listen')),
    documentOf(document),
  ];
  const tooLong = (hop = 0): Trigger =>
    ({ ...modelEnd('', { hop, fails: 'too long' }), code: 'context-length' }) as Trigger;
  const messagesOf = (decisions: readonly Decision[]): number =>
    decisions.find((decision) => decision.kind === 'ask-model')?.request.messages.length ?? 0;

  test('is asked once more with half of it', () => {
    const whole = messagesOf(tell(asked).decisions);
    const again = tell([...asked, tooLong()]);
    expect(again.decisions.map(brief)).toEqual(['ask verb 0 hop 1 tools []']);
    expect(messagesOf(again.decisions)).toBeLessThan(whole * 0.65);
    expect(messagesOf(again.decisions)).toBeGreaterThan(2);
    expect(again.decisions[0]).toMatchObject({
      request: { messages: expect.arrayContaining([{ role: 'user', content: 'the last question' }]) as unknown },
    });
  });

  test('is not asked a third time, and the caller hears an apology', () => {
    const { decisions } = tell([...asked, tooLong(), tooLong(1)]);
    expect(decisions.map(brief).at(-1)).toBe('end listening (too long)');
  });

  test('is asked with that half in the turns that follow', () => {
    const story = [...asked, tooLong(), modelEnd('It fits.', { hop: 1 })];
    const next = [
      ...story,
      turnStart(12, { SpeechResult: 'more' }, lastOutput(tell(story), 'listen')),
      documentOf(document),
    ];
    expect(messagesOf(tell(next).decisions)).toBeLessThan(messagesOf(tell(asked).decisions));
  });

  test('is not asked again when it has spoken, or when there is nothing to leave out', () => {
    expect(tell([...asked, delta('Well. '), tooLong()]).decisions.map(brief)).not.toContain(
      'ask verb 0 hop 1 tools []',
    );
    const first = [turnStart(1), documentOf(gatherDocument({ greeting: '' })), tooLong()];
    expect(tell(first).decisions.map(brief).at(-1)).toBe('end listening (too long)');
  });
});

test('a reply that does not end is aborted after its sentence, and the caller is listened to', () => {
  const sentence = `${'word '.repeat(100)}. `;
  const count = Math.ceil(REPLY_MAX_CHARACTERS / sentence.length);
  const story = [
    turnStart(1),
    documentOf(gatherDocument({ greeting: '' })),
    ...Array.from({ length: count }, () => delta(sentence)),
  ];
  const { decisions, state } = tell(story);
  expect(decisions.map(brief)).toEqual([expect.stringContaining('reply "word'), 'abort', 'listen', 'end listening']);
  expect(state.messages.at(-1)).toMatchObject({ role: 'assistant', text: sentence.repeat(count).trim() });
});

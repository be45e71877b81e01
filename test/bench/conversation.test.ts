import { describe, expect, test } from 'vitest';
import {
  agentWords,
  BEGINNING,
  callerWords,
  readChatRequest,
  toolAnswer,
  toolFault,
  TOOLS,
  toolUses,
  type ChatMessage,
  type ChatRequest,
} from '../../bench/parts/conversation.ts';

const CALL = 'CA7';

/** The messages of a turn as a service that does everything right sends them, with ids of its own. */
function messagesOf(turn: number): readonly ChatMessage[] {
  const uses = toolUses(CALL, turn).map((use, index) => ({ use, id: `${turn}/${index}` }));
  const asked: ChatMessage = {
    role: 'assistant',
    content: null,
    tool_calls: uses.map(({ id, use: { name, arguments: given } }) => ({
      id,
      function: { name, arguments: JSON.stringify(given) },
    })),
  };
  const results = uses.map(({ use, id }) => ({ role: 'tool', tool_call_id: id, content: toolAnswer(use) }));
  return [{ role: 'user', content: callerWords(CALL, turn) }, ...(uses.length > 0 ? [asked, ...results] : [])];
}

const answered = (turn: number): readonly ChatMessage[] => [
  ...messagesOf(turn),
  { role: 'assistant', content: agentWords(turn) },
];

const tools: NonNullable<ChatRequest['tools']> = Object.entries(TOOLS).map(([name, { parameters }]) => ({
  function: { name, parameters: { properties: parameters, required: Object.keys(parameters) } },
}));
const request = (...messages: readonly ChatMessage[]): ChatRequest => ({
  stream: true,
  tools,
  messages: [...BEGINNING, ...messages],
});

describe('a model request that is right gets the reply that is due', () => {
  test.each<[string, ChatRequest, number, 'tools' | 'words']>([
    ['words in a turn without tools', request(...messagesOf(1)), 1, 'words'],
    ['a tool in the second turn', request(...answered(1), ...messagesOf(2).slice(0, 1)), 2, 'tools'],
    ['words after its result', request(...answered(1), ...messagesOf(2)), 2, 'words'],
    ['words after two results', request(...answered(1), ...answered(2), ...messagesOf(3)), 3, 'words'],
    [
      'words where a line stands for the caller before the greeting',
      {
        ...request(),
        messages: [BEGINNING[0]!, { role: 'user', content: '(connected)' }, BEGINNING[1]!, ...messagesOf(1)],
      },
      1,
      'words',
    ],
    ['the first words again', request(...[1, 2, 3].flatMap(answered), ...messagesOf(4)), 4, 'words'],
  ])('%s', (_, asked, turn, reply) => {
    expect(readChatRequest(asked)).toEqual({ kind: 'due', call: CALL, turn, reply });
  });
});

describe('a model request with a fault is found', () => {
  const third = [...answered(1), ...answered(2), ...messagesOf(3)];
  const inThird = (at: number, change: Partial<ChatMessage>): ChatRequest =>
    request(...third.map((message, index) => (index === at ? { ...message, ...change } : message)));
  test.each<[string, ChatRequest, RegExp]>([
    ['it is not streamed', { ...request(...third), stream: false }, /not asked to stream/],
    ['a tool is not offered', { ...request(...third), tools: tools.slice(1) }, /^the tools offered are branch_hours/],
    ['no system prompt', { ...request(...third), messages: third }, /message 0 of turn 3 is "user/],
    ['an earlier answer is lost', request(...third.filter((_, index) => index !== 1)), /message 3 of turn 3 is "user/],
    [
      'an earlier answer is cut',
      inThird(1, { content: 'I will gladly' }),
      /message 3 .* is "assistant: I will gladly"/,
    ],
    ['a result is not that of its tool', inThird(4, { content: '{}' }), /message 6 .* is "tool find_book/],
    ['a result belongs to no call', inThird(4, { tool_call_id: 'other' }), /message 6 .* is "tool undefined/],
    ['one of two results is missing', request(...third.slice(0, -1)), /message 11 of turn 3 is "undefined"/],
    ['a result is there twice', request(...third, ...third.slice(-1)), /a message too many/],
    [
      'the caller says something else',
      request({ role: 'user', content: 'Hello?' }),
      /the words of the caller in turn 1/,
    ],
  ])('%s', (_, asked, reason) => {
    expect(readChatRequest(asked)).toEqual({ kind: 'wrong', reason: expect.stringMatching(reason) as string });
  });
});

test('a tool is called with the arguments of its turn, and no others', () => {
  const [use] = toolUses(CALL, 2);
  expect(toolFault(use!)).toBeUndefined();
  expect(toolFault({ ...use!, name: 'branch_hours' })).toMatch(/^the tool branch_hours is called with/);
  expect(toolFault({ ...use!, arguments: { ...use!.arguments, shelf_mark: '1' } })).toMatch(/"shelf_mark":"1"/);
  expect(toolFault({ ...use!, arguments: {} })).toBeDefined();
});

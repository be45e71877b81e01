import { expect, test } from 'vitest';
import { callerInput, dialOutcome, endedStatus } from '../../src/call/request.ts';
import { pretendCall } from '../../src/cli/pretended-request.ts';
import { PLATFORM_KNOWLEDGE, PLATFORM_NAMES } from '../../src/language/platforms.ts';

test.each(PLATFORM_NAMES)('on %s a call begins, speaks, keys and dials as its requests are read', (platform) => {
  const { first, after, afterDial } = pretendCall(platform, ['Shop=5']);
  expect(first).toMatchObject({ platform, parameters: { Shop: '5' } });
  expect(Object.values(first.parameters)).toContain(first.callSid);
  expect([callerInput(first), endedStatus(first), dialOutcome(first)]).toEqual(['', undefined, undefined]);
  expect(callerInput(after('good morning'))).toBe('good morning');
  expect(callerInput(after('12#'))).toBe('12#');
  expect(['busy', 'no', 'COMP', '', 'what'].map((answer) => dialOutcome(afterDial(answer)))).toEqual([
    'busy',
    'no-answer',
    'completed',
    'failed',
    'failed',
  ]);
  const { start } = PLATFORM_KNOWLEDGE[platform].sends;
  expect(Object.keys(first.parameters).filter((name) => !(name in start) && name !== 'Shop')).toEqual([]);
});

test.each<[string, readonly string[], string]>([
  ['twillio', [], '--platform twillio: there is no such platform; did you mean "twilio"?'],
  ['x', [], '--platform x: there is no such platform; expected one of cloudonix, twilio'],
  ['twilio', ['a'], '--set a: expected name=value'],
])('%s with %j is refused', (platform, set, message) => {
  expect(() => pretendCall(platform, set)).toThrow(message);
});

import { describe, expect, test } from 'vitest';
import type { Markup } from '../../src/call/program.ts';
import { inDialect } from '../../src/render/dialect.ts';
import { DIALECTS } from '../../src/render/dialects.ts';

/** The attributes with which an element is written. */
function written(
  platform: keyof typeof DIALECTS,
  name: string,
  attributes: Markup['attributes'],
): Markup['attributes'] {
  return inDialect({ name, attributes, children: [] }, DIALECTS[platform]).attributes;
}

type Row = readonly [element: string, attribute: string, value: string, expected: Markup['attributes']];

const rows: readonly Row[] = [
  ['Gather', 'speechTimeout', '1.5', { speechTimeout: '2' }],
  ['Gather', 'speechTimeout', '2', { speechTimeout: '2' }],
  ['Gather', 'speechTimeout', '0.2', { speechTimeout: '1' }],
  ['Gather', 'speechTimeout', 'auto', { speechTimeout: 'auto' }],
  ['Gather', 'timeout', '4.01', { timeout: '5' }],
  ['Gather', 'timeout', 'auto', { timeout: 'auto' }],
  ['Gather', 'timeout', '', { timeout: '' }],
  ['Gather', 'maxTimeout', '30', {}],
  ['Gather', 'maxDuration', '300', {}],
  ['Gather', 'speechEngine', 'google', {}],
  ['Gather', 'speechDetection', 'stt', {}],
  ['Gather', 'interruptible', 'false', { bargeIn: 'false' }],
  ['Gather', 'interruptible', 'true', {}],
  ['Gather', 'actionOnEmptyResult', 'true', { actionOnEmptyResult: 'true' }],
  ['Gather', 'input', 'speech dtmf', { input: 'speech dtmf' }],
  ['Say', 'voice', 'Google:en-GB-Standard-A', { voice: 'Google.en-GB-Standard-A' }],
  ['Say', 'voice', 'Polly:Amy', { voice: 'Polly.Amy' }],
  ['Say', 'voice', 'AWS:Amy', { voice: 'Polly.Amy' }],
  ['Say', 'voice', 'aws:Amy', { voice: 'Polly.Amy' }],
  ['Say', 'voice', 'Polly.Amy', { voice: 'Polly.Amy' }],
  ['Say', 'voice', 'woman', { voice: 'woman' }],
  ['Say', 'voice', 'man', { voice: 'man' }],
  ['Say', 'language', 'en-GB', { language: 'en-GB' }],
  ['Say', 'answer', 'false', {}],
  ['Say', 'statusCallback', 'https://a.example/', {}],
  ['Say', 'statusCallbackMethod', 'GET', {}],
  ['Play', 'loop', '0', { loop: '0' }],
  ['Play', 'answer', 'false', {}],
  ['Play', 'statusCallback', 'https://a.example/', {}],
  ['Play', 'statusCallbackMethod', 'GET', {}],
  ['Pause', 'length', '0.5', { length: '1' }],
  ['Pause', 'length', '3', { length: '3' }],
  ['Pause', 'answer', 'false', {}],
  ['Reject', 'reason', 'busy', { reason: 'busy' }],
  ['Reject', 'reason', 'rejected', { reason: 'rejected' }],
  ['Reject', 'reason', 'congestion', { reason: 'rejected' }],
  ['Reject', 'reason', 'failed', { reason: 'rejected' }],
  ['Dial', 'timeout', '20', { timeout: '20' }],
  ['Unheard', 'of', 'x', { of: 'x' }],
];

describe('Twilio', () => {
  test.each(rows)('writes %s %s="%s"', (element, attribute, value, expected) => {
    expect(written('twilio', element, { [attribute]: value })).toEqual(expected);
  });

  test('has a row above for every rule', () => {
    const rules = Object.entries(DIALECTS.twilio).flatMap(([element, attributes]) =>
      Object.keys(attributes).map((attribute) => `${element} ${attribute}`),
    );
    const tested = new Set(rows.map(([element, attribute]) => `${element} ${attribute}`));
    expect(rules.filter((rule) => !tested.has(rule))).toEqual([]);
  });

  test('writes the elements within an element as well', () => {
    const gather = {
      name: 'Gather',
      attributes: {},
      children: [{ name: 'Say', attributes: { voice: 'AWS:Amy' }, children: ['Hi'] }],
    };
    expect(inDialect(gather, DIALECTS.twilio).children).toEqual([
      { name: 'Say', attributes: { voice: 'Polly.Amy' }, children: ['Hi'] },
    ]);
  });

  test('leaves names that every object has alone', () => {
    expect(written('twilio', 'constructor', { toString: 'x', constructor: 'y' })).toEqual({
      toString: 'x',
      constructor: 'y',
    });
  });
});

describe('Cloudonix', () => {
  test.each(rows)('writes %s %s="%s" as it is', (element, attribute, value) => {
    expect(written('cloudonix', element, { [attribute]: value })).toEqual({ [attribute]: value });
  });
});

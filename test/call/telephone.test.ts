import { describe, expect, test } from 'vitest';
import { isLikelySameNumber, isSameNumber, normalNumber, numbersIn } from '../../src/call/telephone.ts';

test.each([
  ['Ring +1 (555) 010-0199 or 555-0100, please.', ['+1 (555) 010-0199', '555-0100']],
  ['From abroad 0041 31 123 45 67.', ['0041 31 123 45 67']],
  ['(555) 010-0199', ['(555) 010-0199']],
  ['Write to sip:desk@example.com; or sips:a@b.example:5061.', ['sip:desk@example.com', 'sips:a@b.example:5061']],
  ['sip:15550100199@example.com', ['sip:15550100199@example.com']],
  ['Room 1004 opens at 9.', []],
  ['Order ab12345678 of https://shop.example/1234567.', []],
  ['a@1234567.example', []],
])('the numbers in %j', (text, numbers) => {
  expect(numbersIn(text)).toEqual(numbers);
});

test.each([
  ['+1 (555) 010-0199', '+15550100199'],
  ['tel:+15550100199', '+15550100199'],
  ['0041 31 123 45 67', '+41311234567'],
  ['1004', '1004'],
  ['031 123 45 67', '0311234567'],
  ['SIP:Desk@Example.com', 'sip:desk@example.com'],
  ['the boss', ''],
  ['', ''],
  ['+', ''],
  ['1+1', ''],
  ['sip:desk@pbx.example:5061;transport=tcp', 'sip:desk@pbx.example:5061;transport=tcp'],
  ['sip:x@evil.example;a=@pbx.example', ''],
  ['sip:x@pbx.example?Route=evil.example', ''],
  ['sip:x;a=b@pbx.example', ''],
  ['sip:x@pbx.example\r\nVia: y', ''],
])('%j is written %j', (written, normal) => {
  expect(normalNumber(written)).toBe(normal);
});

describe('one number', () => {
  test.each([
    ['+15550100199', '1 555 010 0199'],
    ['+41311234567', '0041 31 123 45 67'],
    ['sip:a@b.example', 'SIP:a@B.example'],
  ])('%j is %j', (left, right) => {
    expect(isSameNumber(left, right)).toBe(true);
    expect(isLikelySameNumber(left, right)).toBe(true);
  });

  test.each([
    ['+15550100199', '5550100199'],
    ['+41311234567', '031 123 45 67'],
  ])('%j may be %j', (left, right) => {
    expect(isSameNumber(left, right)).toBe(false);
    expect(isLikelySameNumber(left, right)).toBe(true);
    expect(isLikelySameNumber(right, left)).toBe(true);
  });

  test.each([
    ['+15550100199', '+15550100198'],
    ['+15550001004', '1004'],
    ['the boss', 'the boss'],
    ['', ''],
  ])('%j is not %j', (left, right) => {
    expect(isSameNumber(left, right)).toBe(false);
    expect(isLikelySameNumber(left, right)).toBe(false);
  });
});

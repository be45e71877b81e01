import { expect, test } from 'vitest';
import { junit } from '../../src/replay/junit.ts';
import { nodesNamed, parseStrictly, textOf } from '../support/xml.ts';

const report = parseStrictly(
  junit([
    { name: 'calls/same', group: 'desk', seconds: 0.25 },
    { name: 'calls/<other>', group: 'desk', seconds: 0.5, failure: '  expected/01.xml\n    - <Say>a & b</Say>\u0007' },
    { name: 'calls/broken', group: '', seconds: 0, error: 'it has no call.json' },
  ]),
);

test('a report counts its tests, failures, errors and seconds', () => {
  const totals = { name: 'colloquy replay', tests: '3', failures: '1', errors: '1', time: '0.750' };
  expect([report.name, report.attributes]).toEqual(['testsuites', totals]);
  expect(nodesNamed(report, 'testsuite').map(({ attributes }) => attributes)).toEqual([totals]);
});

test('each call is a test, with its agent as its class', () => {
  expect(nodesNamed(report, 'testcase').map(({ attributes }) => attributes)).toEqual([
    { classname: 'desk', name: 'calls/same', time: '0.250' },
    { classname: 'desk', name: 'calls/<other>', time: '0.500' },
    { classname: '', name: 'calls/broken', time: '0.000' },
  ]);
});

test('a failure holds the difference, a call that cannot be run is an error', () => {
  const [failure] = nodesNamed(report, 'failure');
  expect(failure?.attributes).toEqual({ message: 'expected/01.xml' });
  expect(failure && textOf(failure)).toContain('- <Say>a & b</Say>');
  const [error] = nodesNamed(report, 'error');
  expect(error?.attributes).toEqual({ message: 'it has no call.json' });
});

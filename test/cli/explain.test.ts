import { describe, expect, test } from 'vitest';
import { diagnosticsOfExample, explainCode, listCodes } from '../../src/cli/explain.ts';
import { DIAGNOSTIC_CODES, type DiagnosticCode } from '../../src/language/diagnostics.ts';

const CODES = Object.keys(DIAGNOSTIC_CODES) as readonly DiagnosticCode[];

describe('the example of a code has that fault and no other', () => {
  test.each(CODES)('%s', (code) => {
    expect(diagnosticsOfExample(code).map((each) => each.code)).toEqual([code]);
  });
});

test.each(CODES)('%s is explained: what it means, what to do, and how it is reported', (code) => {
  const { output, problems, exitCode } = explainCode(code);
  const { severity, cause, mend } = DIAGNOSTIC_CODES[code];
  expect({ problems, exitCode }).toEqual({ problems: undefined, exitCode: 0 });
  expect(output.startsWith(`${code} (${severity})\n\n${cause}\n\nMend: ${mend}\n`)).toBe(true);
  expect(output).toMatch(new RegExp(`^example\\.xml:\\d+:\\d+: ${severity} ${code} .+\\n.+\\n *\\^+$`, 'm'));
});

test('an unknown code is refused with the nearest one', () => {
  expect(explainCode('unknown-atribute')).toEqual({
    output: '',
    problems: 'colloquy: there is no diagnostic "unknown-atribute"; did you mean "unknown-attribute"?\n',
    exitCode: 2,
  });
});

test.each(['zebra', '', 'toString', '__proto__'])(
  'a code that is near none is refused with where they are listed: %j',
  (code) => {
    expect(explainCode(code)).toEqual({
      output: '',
      problems: `colloquy: there is no diagnostic "${code}"; "colloquy explain" lists them\n`,
      exitCode: 2,
    });
  },
);

test('without a code all are listed, one a line', () => {
  const { output, exitCode } = listCodes();
  expect(exitCode).toBe(0);
  const lines = output.trimEnd().split('\n');
  expect(lines.map((line) => line.split(/\s+/).slice(0, 2))).toEqual(
    CODES.map((code) => [code, DIAGNOSTIC_CODES[code].severity]),
  );
});

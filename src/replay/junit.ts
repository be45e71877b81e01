import type { Markup } from '../call/program.ts';
import { printXml } from '../render/xml.ts';

/** One call as a test: why it failed, or why it could not be run; neither for one that is the same. */
export type TestCase = {
  readonly name: string;
  /** What the call is one of: its agent. */
  readonly group: string;
  readonly seconds: number;
  readonly failure?: string;
  readonly error?: string;
};

/**
 * The cases as JUnit XML, as build servers read it.
 *
 * @see https://github.com/testmoapp/junitxml
 */
export function junit(cases: readonly TestCase[]): string {
  const totals = {
    name: 'colloquy replay',
    tests: String(cases.length),
    failures: String(cases.filter(({ failure }) => failure !== undefined).length),
    errors: String(cases.filter(({ error }) => error !== undefined).length),
    time: cases.reduce((sum, { seconds }) => sum + seconds, 0).toFixed(3),
  };
  const suite = element('testsuite', totals, cases.map(testCase));
  return `${printXml(element('testsuites', totals, [suite]))}\n`;
}

function testCase({ name, group, seconds, failure, error }: TestCase): Markup {
  const outcome = (kind: string, text: string | undefined): readonly Markup[] =>
    text === undefined ? [] : [element(kind, { message: text.trimStart().split('\n', 1)[0] ?? '' }, [text])];
  return element('testcase', { classname: group, name, time: seconds.toFixed(3) }, [
    ...outcome('failure', failure),
    ...outcome('error', error),
  ]);
}

function element(name: string, attributes: Markup['attributes'], children: Markup['children']): Markup {
  return { name, attributes, children };
}

import { expect, test } from 'vitest';
import { cxml } from '../../../grammars/cxml.ts';
import { completionData } from '../../../src/cli/docs/completion.ts';
import { nameOfRow } from '../../../src/language/grammar.ts';

const elements = completionData();
const named = (name: string): (typeof elements)[number] | undefined => elements.find((each) => each.name === name);

test('every element that is carried out is offered once, the document at the top', () => {
  const names = elements.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  const expected = Object.entries(cxml).flatMap(([row, grammar]) => ('planned' in grammar ? [] : [nameOfRow(row)]));
  expect(names).toEqual([...new Set(expected)]);
  expect(elements.filter(({ top }) => top === true).map(({ name }) => name)).toEqual(['Response']);
});

test('nothing that is offered inside is unknown', () => {
  for (const { children } of elements) expect(children.filter((child) => named(child) === undefined)).toEqual([]);
});

test('an attribute has the words that it takes', () => {
  const tool = named('Tool')?.attributes;
  expect(tool).toContainEqual({ name: 'name' });
  expect(tool).toContainEqual({ name: 'kind', values: ['webhook'] });
  expect(tool?.map(({ name }) => name)).not.toContain('ack');
  expect(named('Gather')?.attributes).toContainEqual({ name: 'actionOnEmptyResult', values: ['true', 'false'] });
  expect(named('Gather')?.attributes).toContainEqual({ name: 'finishOnKey' });
});

test('rows of one name are one element with all that any of them has', () => {
  expect(named('Parameter')?.attributes.map(({ name }) => name)).toEqual(expect.arrayContaining(['source', 'value']));
});

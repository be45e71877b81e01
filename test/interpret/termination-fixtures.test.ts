// The termination rule over the fixtures: every document and every call that declares parameters of the request, with
// every subset of them in the request.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Program } from '../../src/call/program.ts';
import type { Parameters } from '../../src/call/request.ts';
import type { Binding } from '../../src/call/tool.ts';
import { readDocument } from '../../src/compile/read-document.ts';
import { nodesNamed, parseStrictly } from '../support/xml.ts';
import { AGENT, CALL_SID, createWorld, PUBLIC_URL, START } from '../support/world.ts';
import { DOCUMENT_URL } from '../support/ports.ts';

const ROOT = path.join(import.meta.dirname, '../../fixtures');

function xmlFiles(folder: string): readonly string[] {
  return readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.xml') && !name.includes('expected'))
    .map((name) => path.join(folder, name));
}

/** The bindings of the Converse that a first request reaches. */
function bindingsOf({ verbs }: Program): readonly Binding[] {
  const reached = verbs.find((verb) => verb.kind !== 'passed' || verb.flow !== 'plain');
  return reached === undefined || reached.kind === 'passed'
    ? []
    : reached.conversation.tools.flatMap(({ bindings }) => bindings);
}

/** A value that fits a binding. */
function valueFor({ type, values }: Binding): string {
  return { string: 'x', integer: '7', number: '1.5', boolean: 'true', enum: values[0] ?? '' }[type];
}

const documents = [...xmlFiles('documents'), ...xmlFiles('calls')].flatMap((name) => {
  const source = readFileSync(path.join(ROOT, name), 'utf8');
  const reading = readDocument(source, DOCUMENT_URL);
  const bindings = reading.kind === 'program' ? bindingsOf(reading.program) : [];
  return bindings.length > 0 ? [{ name, source, bindings }] : [];
});

test('there are fixtures that declare parameters of the request', () => {
  expect(documents.length).toBeGreaterThan(4);
});

describe.each(documents)('$name', ({ source, bindings }) => {
  const names = [...new Set(bindings.map(({ parameter }) => parameter))];
  const subsets = Array.from({ length: 2 ** names.length }, (_, bits) =>
    names.filter((_name, index) => (bits & (1 << index)) !== 0),
  );

  test(`over ${subsets.length} requests`, async () => {
    for (const present of subsets) {
      const world = createWorld({ document: source, model: () => ({ says: 'Yes.' }) });
      const parameters: Parameters = Object.fromEntries(
        bindings.filter(({ parameter }) => present.includes(parameter)).map((each) => [each.parameter, valueFor(each)]),
      );
      const request = { platform: 'twilio', callSid: CALL_SID, parameters, publicUrl: PUBLIC_URL } as const;
      const answer = parseStrictly(await world.clock.until(world.sink.answer(AGENT, request, START)));
      const missing = bindings.filter(({ parameter, required }) => required && !present.includes(parameter));
      const [end] = world.eventsOf('turn-end');
      expect([present, end?.outcome === 'terminated']).toEqual([present, missing.length > 0]);
      if (missing.length === 0) continue;
      expect(nodesNamed(answer, 'Hangup')).toHaveLength(1);
      expect([world.model.requests.length, world.tools.runs.length]).toEqual([0, 0]);
      for (const { parameter } of missing) expect(end?.faults.join()).toContain(parameter);
    }
  });
});

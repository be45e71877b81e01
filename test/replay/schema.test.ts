import { expect, test } from 'vitest';
import schema from '../../grammars/fixture.schema.json' with { type: 'json' };
import type { ModelFailure, ModelFinish, TimerName } from '../../src/call/event.ts';
import type { PlatformName } from '../../src/call/request.ts';

/** Every member of each union; a new one does not compile until it is here. */
const PLATFORMS: Record<PlatformName, true> = {
  cloudonix: true,
  jambonz: true,
  plivo: true,
  signalwire: true,
  telnyx: true,
  twilio: true,
};
const TIMERS: Record<TimerName, true> = { filler: true, 'turn-limit': true, 'call-limit': true, lease: true };
const FINISHES: Record<ModelFinish, true> = {
  stop: true,
  'tool-calls': true,
  length: true,
  refusal: true,
  error: true,
};
const FAILURES: Record<ModelFailure, true> = {
  'context-length': true,
  'rate-limit': true,
  unavailable: true,
  'refused-parameter': true,
  auth: true,
  timeout: true,
  'bad-answer': true,
};

/** The values that the schema allows for a property of some step. */
function allowedIn(property: string): readonly string[] {
  const steps = schema.$defs.step.oneOf as readonly {
    readonly properties: { readonly [name: string]: { readonly enum?: readonly unknown[] } };
  }[];
  return steps
    .flatMap(({ properties }) => properties[property]?.enum ?? [])
    .map(String)
    .toSorted();
}

test('a fixture may hold whatever a call may', () => {
  expect(schema.properties.platform.enum.toSorted()).toEqual(Object.keys(PLATFORMS));
  expect(allowedIn('timer')).toEqual(Object.keys(TIMERS).toSorted());
  expect(allowedIn('finish')).toEqual(Object.keys(FINISHES).toSorted());
  expect(allowedIn('code')).toEqual(Object.keys(FAILURES).toSorted());
});

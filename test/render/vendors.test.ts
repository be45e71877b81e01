// What we write is what the vendors' own packages write and take: each sample of the grammar, in each dialect.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import plivo from 'plivo';
import twilio from 'twilio';
import { describe, expect, test } from 'vitest';
import type { Markup } from '../../src/call/program.ts';
import type { PlatformName } from '../../src/call/request.ts';
import { unsupportedIn } from '../../src/language/dialects.ts';
import { inDialect } from '../../src/render/dialect.ts';
import { jambonzVerbs } from '../../src/render/jambonz.ts';
import { printXml } from '../../src/render/xml.ts';
import { samples, type Sample } from './samples.ts';

// Neither of the two has types of its own that could be used.
const require = createRequire(import.meta.url);
const jambonz = require('@jambonz/verb-specifications') as { validate(logger: object, verbs: unknown): void };
const { RestClient } = require('@signalwire/compatibility-api') as {
  readonly RestClient: { readonly LaML: { readonly VoiceResponse: new () => TwimlBuilder } };
};

const written = (verb: Markup, platform: PlatformName): Markup =>
  inDialect({ name: 'Response', attributes: {}, children: [verb] }, platform);
const supported = (platform: PlatformName): readonly Sample[] =>
  samples().filter(({ verb }) => unsupportedIn(verb, platform) === undefined);
const told = ({ row, attribute, value }: Sample): string => `<${row}> ${attribute}="${value}"`;

/** What goes wrong with each sample, by its name; nothing is what we want. */
function faults(platform: PlatformName, check: (response: Markup) => void): readonly string[] {
  return supported(platform).flatMap((sample) => {
    try {
      check(written(sample.verb, platform));
      return [];
    } catch (error) {
      return [`${told(sample)}: ${String(error)}`];
    }
  });
}

test('there are samples of every kind of attribute', () => {
  expect(samples().length).toBeGreaterThan(600);
  for (const platform of ['twilio', 'signalwire', 'telnyx'] as const)
    expect(supported(platform).length).toBeGreaterThan(400);
  for (const platform of ['plivo', 'jambonz'] as const) expect(supported(platform).length).toBeGreaterThan(200);
});

/** Elements and attributes as a builder of TwiML has them: a method for each element, attributes and text as arguments. */
type TwimlBuilder = {
  [method: string]: (attributes: object, text?: string) => TwimlBuilder;
} & { addText(text: string): void; addChild(name: string, attributes: object): TwimlBuilder; toString(): string };

function build(into: TwimlBuilder, content: Markup | string): void {
  if (typeof content === 'string') {
    into.addText(content);
    return;
  }
  const { name, attributes, children } = content;
  const method = name
    .replace(/^[A-Z]/, (letter) => letter.toLowerCase())
    .replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
  const [text, ...others] = children;
  const make = into[method] ?? into[`${method}_`];
  if (make === undefined && !WITHOUT_METHOD.has(name)) throw new Error(`there is no method ${method}`);
  const hasText = make !== undefined && typeof text === 'string' && !TEXT_LATER.has(name);
  const made =
    make === undefined ? into.addChild(name, attributes) : make.call(into, attributes, ...(hasText ? [text] : []));
  for (const child of hasText ? others : children) build(made, child);
}

/** Their documentation has them, and the packages no method for them. */
const WITHOUT_METHOD = new Set([
  'mark',
  'amazon:effect',
  'amazon:domain',
  'amazon:emotion',
  'amazon:breath',
  'amazon:auto-breaths',
  'google:style',
  'Assistant',
]);
/** Of these the methods take attributes alone. */
const TEXT_LATER = new Set(['Dial', 'Enqueue', 'Application']);

/** Twilio's documentation has them, and the types of its package lack them or spell them in small letters. */
const UNTYPED: readonly string[] = [
  'ConversationRelay backgroundNoiseReduction',
  'ConversationRelay conversationConfiguration',
  'ConversationRelay deepgramSmartFormat',
  'ConversationRelay eotThreshold',
  'ConversationRelay ignoreBackchannel',
  'ConversationRelay speechTimeout',
  'ConversationRelay welcomeGreetingLanguage',
  'Pay confirmation',
  'Pay method',
  'Pay requireMatchingInputs',
];

describe('Twilio', () => {
  const types = readFileSync(require.resolve('twilio/lib/twiml/VoiceResponse.d.ts'), 'utf8');

  /** The attributes in the types of an element, `Gather` or `SsmlBreak`. */
  function attributesOf(element: string): ReadonlySet<string> | undefined {
    const bodies = [
      ...types.matchAll(new RegExp(`interface ${element}Attributes(?: extends [\\w.]+)? \\{([^}]*)\\}`, 'g')),
    ];
    if (bodies.length === 0) return undefined;
    return new Set(
      bodies.flatMap(([, body = '']) => [...body.matchAll(/^\s*"?([\w:-]+)"?\?:/gm)].map(([, name]) => name ?? '')),
    );
  }

  function unknownIn(content: Markup | string): readonly string[] {
    if (typeof content === 'string') return [];
    const known = attributesOf(content.name);
    const unknown = Object.keys(content.attributes).filter((name) => known !== undefined && !known.has(name));
    return [...unknown.map((name) => `${content.name} ${name}`), ...content.children.flatMap(unknownIn)];
  }

  test('has a type for every attribute that we write', () => {
    const found = supported('twilio').flatMap(({ verb }) => unknownIn(written(verb, 'twilio')));
    expect([...new Set(found)].toSorted()).toEqual(UNTYPED);
  });

  test('writes the same document', () => {
    expect(
      faults('twilio', (response) => {
        const builder = new twilio.twiml.VoiceResponse() as unknown as TwimlBuilder;
        for (const verb of response.children) build(builder, verb);
        expect(printXml(response)).toBe(builder.toString());
      }),
    ).toEqual([]);
  });
});

test('SignalWire’s package writes the same document', () => {
  expect(
    faults('signalwire', (response) => {
      const builder = new RestClient.LaML.VoiceResponse();
      for (const verb of response.children) build(builder, verb);
      expect(printXml(response)).toBe(builder.toString());
    }),
  ).toEqual([]);
});

type PlivoElement = { [method: string]: (...given: readonly unknown[]) => PlivoElement } & {
  toXML(): string;
  addText(text: string): void;
};
/** Of these the text is the first argument; of the others the attributes are. */
const PLIVO_TEXT = new Set(['Speak', 'Play', 'Redirect', 'Number', 'User', 'Conference', 'Message', 'DTMF']);

test('Plivo’s package takes every element, attribute and place, and writes the same document', () => {
  const add = (into: PlivoElement, content: Markup | string): void => {
    if (typeof content === 'string') {
      into.addText(content);
      return;
    }
    const { name, attributes, children } = content;
    const method = `add${name
      .split('-')
      .map((part) => (part[0] ?? '').toUpperCase() + part.slice(1))
      .join('')}`;
    const make = into[method];
    if (make === undefined) throw new Error(`there is no method ${method}`);
    const [text, ...others] = children;
    const isText = typeof text === 'string';
    const hasText = PLIVO_TEXT.has(name) || (/^[a-z]/.test(name) && name !== 'break');
    const made = hasText ? make.call(into, isText ? text : '', attributes) : make.call(into, attributes);
    for (const child of hasText && isText ? others : children) add(made, child);
  };
  expect(
    faults('plivo', (response) => {
      const builder = new (plivo as unknown as { Response: new () => PlivoElement }).Response();
      for (const verb of response.children) add(builder, verb);
      expect(printXml(response).replace(/^<\?.*?\?>/, '')).toBe(builder.toXML());
    }),
  ).toEqual([]);
});

test('jambonz’s own validator takes every answer', () => {
  const logger = { info: () => undefined };
  expect(
    faults('jambonz', (response) => {
      const verbs = JSON.parse(JSON.stringify(jambonzVerbs(response))) as unknown;
      expect(verbs).not.toEqual([]);
      jambonz.validate(logger, verbs);
    }),
  ).toEqual([]);
});

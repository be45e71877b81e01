import { createRequire } from 'node:module';
import { parseStrictly, textOf } from '../xml.ts';
import { Refusal, type Answer, type Json, type Method, type Step } from './carrier.ts';

/** The vendor's package has no types. */
const { validate } = createRequire(import.meta.url)('@jambonz/verb-specifications') as {
  readonly validate: (logger: object, verbs: readonly unknown[]) => void;
};

const LOGGER = { info: () => undefined, debug: () => undefined, error: () => undefined };

/** Reads an array of verbs into steps: by the vendor's specification, and by what its servers make of the values. */
export function readJambonz({ type, body }: Answer): readonly Step[] {
  if (!type.startsWith('application/json')) throw new Refusal(`content type ${type || '(none)'}`);
  const verbs = parsed(body);
  if (!Array.isArray(verbs)) throw new Refusal(`no array of verbs: ${body.slice(0, 60)}`);
  try {
    validate(LOGGER, structuredClone(verbs));
  } catch (error) {
    throw new Refusal(String(error), { cause: error });
  }
  return verbs.map((verb: Json) => stepOf(verb));
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    throw new Refusal(`no JSON: ${body.slice(0, 60)}`, { cause: error });
  }
}

function stepOf(verb: Json): Step {
  const name = String(verb['verb']);
  const read = STEPS[name];
  if (read === undefined) throw new Refusal(`the verb ${name} is not one that we send`);
  return read(verb);
}

type Hook = { readonly url: string; readonly method: Method };

/** A hook is a URL, or an object that also names its method. */
function hookOf(value: unknown): Hook | undefined {
  if (value === undefined) return undefined;
  const { url, method = 'POST' } = typeof value === 'string' ? { url: value } : (value as Json);
  if (typeof url !== 'string' || !/^https?:\/\//.test(url)) throw new Refusal(`a hook at ${JSON.stringify(value)}`);
  if (method !== 'POST' && method !== 'GET') throw new Refusal(`a hook with the method ${JSON.stringify(method)}`);
  return { url, method };
}

const hooked = (value: unknown): { readonly action: string | undefined; readonly method: Method } => {
  const hook = hookOf(value);
  return { action: hook?.url, method: hook?.method ?? 'POST' };
};

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);

const nested = (verb: string, value: unknown): readonly Step[] =>
  value === undefined ? [] : [stepOf({ ...(value as Json), verb })];

/** What begins as speech markup is read as such. */
function heardOf(text: string): string {
  if (!text.startsWith('<speak>')) return text;
  try {
    return textOf(parseStrictly(`<?xml version="1.0"?>${text}`));
  } catch (error) {
    throw new Refusal(`say: ${text.slice(0, 60)}`, { cause: error });
  }
}

const INPUTS = ['digits', 'speech'];

const STEPS: { readonly [verb: string]: (verb: Json) => Step } = {
  say: ({ text, synthesizer }) => {
    const words = list(text).join(' ');
    if (text === undefined || words.trim() === '') throw new Refusal('say: nothing to say');
    const { voice = 'default' } = (synthesizer ?? {}) as { readonly voice?: string };
    return { kind: 'speech', text: heardOf(words), voice };
  },
  play: ({ url }) => {
    const [first] = list(url);
    if (!/^https?:\/\//.test(String(first))) throw new Refusal(`play: ${String(first)}`);
    return { kind: 'audio', url: String(first) };
  },
  pause: ({ length }) => {
    if (!(Number(length) > 0)) throw new Refusal(`pause: ${String(length)} seconds`);
    return { kind: 'pause', seconds: Number(length) };
  },
  dtmf: ({ dtmf }) => ({ kind: 'audio', url: String(dtmf) }),
  gather: (verb) => {
    const input = verb['input'] === undefined ? ['digits'] : (verb['input'] as readonly string[]);
    if (input.length === 0 || !input.every((each) => INPUTS.includes(each))) {
      throw new Refusal(`gather: input ${JSON.stringify(input)}; expected digits and speech`);
    }
    for (const name of ['timeout', 'speechTimeout', 'interDigitTimeout']) {
      const value = verb[name];
      if (value !== undefined && !(Number(value) >= 0)) throw new Refusal(`gather: ${name} ${JSON.stringify(value)}`);
    }
    const { action, method } = hooked(verb['actionHook']);
    if (action === undefined) throw new Refusal('gather: no actionHook');
    return {
      kind: 'listen',
      prompts: [...nested('say', verb['say']), ...nested('play', verb['play'])],
      hearsWords: input.includes('speech'),
      hearsKeys: input.includes('digits'),
      interruptible: verb['bargein'] === true || (!input.includes('speech') && verb['dtmfBargein'] === true),
      finishOnKey: (verb['finishOnKey'] ?? '') as string,
      numDigits: (verb['numDigits'] ?? verb['maxDigits']) as number | undefined,
      action,
      method,
      tellsOfSilence: true,
      waitsMs: Number(verb['timeout'] ?? 5) * 1_000,
    };
  },
  redirect: ({ actionHook }) => {
    const { action = '', method } = hooked(actionHook);
    return { kind: 'redirect', url: action, method };
  },
  dial: ({ actionHook, target }) => ({
    kind: 'dial',
    to: (target as readonly Json[]).map(({ number, sipUri, name }) => String(number ?? sipUri ?? name)),
    ...hooked(actionHook),
  }),
  conference: ({ name, actionHook }) => ({ kind: 'dial', to: [name as string], ...hooked(actionHook) }),
  'sip:decline': ({ status }) => ({ kind: 'end', how: 'reject', reason: String(status) }),
  hangup: () => ({ kind: 'end', how: 'hangup', reason: undefined }),
};

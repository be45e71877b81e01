// The forms that settings have. A form says how a value is written in text, what it must be, and how JSON Schema says so.
import type { JsonObject, JsonPrimitive, JsonValue } from '../../json.ts';

/** What every setting says of itself. */
type Described = {
  /** In one sentence without a capital and a full stop: what it is; of a variable, what it holds. */
  readonly about: string;
  /** As the command line writes it: `--port <number>`. */
  readonly flag?: string;
  /** What the flag does, where that is not what is said of the setting. */
  readonly flagAbout?: string;
  /** Which commands have the flag beside those that serve: `call`, or those that look into what is kept. */
  readonly also?: 'call' | 'store';
  /** The environment variable that holds the value. */
  readonly variable?: string;
  /** Taken where nothing else is said. */
  readonly byDefault?: JsonValue;
};

export type Scalar = Described &
  (
    | { readonly kind: 'text'; readonly pattern?: string; readonly expected?: string }
    /** The path of a file or a folder, relative to the folder of the file that names it. */
    | { readonly kind: 'path' }
    /** An http or https URL, or the path of a file. */
    | { readonly kind: 'source' }
    | { readonly kind: 'integer'; readonly minimum: number; readonly maximum: number }
    | { readonly kind: 'boolean' }
    | { readonly kind: 'url' }
    | { readonly kind: 'words'; readonly words: readonly string[] }
    /** The name of the environment variable that holds a secret, never the secret. */
    | {
        readonly kind: 'variable';
        /** What the variable must hold where not every text will do, and how that is said. */
        readonly holds?: { readonly fits: (value: string) => boolean; readonly expected: string };
      }
  );

export type ListField = Described & { readonly kind: 'list'; readonly of: Scalar };

/** Names that the operator chooses. */
export type MapField = Described & {
  readonly kind: 'map';
  readonly of: Field;
  /** What a name must look like, and how that is said. */
  readonly names?: { readonly pattern: string; readonly expected: string };
};

export type ObjectField = Described & {
  readonly kind: 'object';
  readonly fields: { readonly [name: string]: Field };
  /** The one that is meant where only a text is given. Always required. */
  readonly main?: string;
};

export type Field = Scalar | ListField | MapField | ObjectField;

/** The value of a setting as far as it is given: anything may be missing. */
export type Given<F> = F extends { readonly kind: 'object'; readonly fields: infer Fields }
  ? { readonly [K in keyof Fields]?: Given<Fields[K]> }
  : F extends { readonly kind: 'map'; readonly of: infer Of }
    ? { readonly [name: string]: Given<Of> }
    : F extends { readonly kind: 'list'; readonly of: infer Of }
      ? readonly Given<Of>[]
      : F extends { readonly kind: 'words'; readonly words: readonly (infer Word)[] }
        ? Word
        : F extends { readonly kind: 'integer' }
          ? number
          : F extends { readonly kind: 'boolean' }
            ? boolean
            : string;

type Certain<Fields> = {
  [K in keyof Fields]: Fields[K] extends { readonly kind: 'object' } | { readonly byDefault: unknown } ? K : never;
}[keyof Fields];

/** The value of a setting once defaults are filled in: what has one is there. */
export type Effective<F> = F extends { readonly kind: 'object'; readonly fields: infer Fields }
  ? { readonly [K in Certain<Fields>]: Effective<Fields[K]> } & {
      readonly [K in Exclude<keyof Fields, Certain<Fields>>]?: Given<Fields[K]>;
    }
  : Given<F>;

type ScalarOf<K extends Scalar['kind']> = Extract<Scalar, { kind: K }>;

type Form<F> = {
  /** What a text stands for. One that fits nothing is given back, and found out by `fits`. */
  readonly read: (text: string) => JsonPrimitive;
  readonly fits: (value: JsonPrimitive, field: F) => boolean;
  readonly expected: (field: F) => string;
  readonly schema: (field: F) => JsonObject;
};

/** Where a secret of a document is looked for when the file does not name its variable: `COLLOQUY_SECRET_ORDERS`. */
export const SECRET_PREFIX = 'COLLOQUY_SECRET_';
/** Upper case, so that a secret that was pasted in place of its variable's name is hardly ever one. */
const VARIABLE_NAME = `^(?:[A-Z][A-Z0-9_]*|${SECRET_PREFIX}\\w+)$`;
/** A user in a URL is a secret that would be shown with it. */
const SOURCE = '^(?:(?![a-zA-Z][a-zA-Z0-9+.-]+://)|[hH][tT][tT][pP][sS]?://(?![^/]*@)).+$';
const isText = (value: JsonPrimitive): value is string => typeof value === 'string';
const asText = (text: string): string => text;

const FORMS: { readonly [K in Scalar['kind']]: Form<ScalarOf<K>> } = {
  text: {
    read: asText,
    fits: (value, { pattern = '.' }) => isText(value) && new RegExp(pattern, 's').test(value),
    expected: ({ expected = 'a text' }) => expected,
    schema: ({ pattern }) => ({ type: 'string', ...(pattern === undefined ? { minLength: 1 } : { pattern }) }),
  },
  path: {
    read: asText,
    fits: (value) => isText(value) && value !== '' && !value.includes('\0'),
    expected: () => 'a path',
    schema: () => ({ type: 'string', minLength: 1 }),
  },
  source: {
    read: asText,
    fits: (value) => isText(value) && new RegExp(SOURCE, 's').test(value) && (!isWebUrl(value) || URL.canParse(value)),
    expected: () => 'a file, or an http or https URL without a user and a password',
    schema: () => ({ type: 'string', pattern: SOURCE }),
  },
  integer: {
    read: (text) => (/^-?\d{1,15}$/.test(text) ? Number(text) : text),
    fits: (value, { minimum, maximum }) =>
      Number.isInteger(value) && Number(value) >= minimum && Number(value) <= maximum,
    expected: ({ minimum, maximum }) => `an integer from ${minimum} to ${maximum}`,
    schema: ({ minimum, maximum }) => ({ type: 'integer', minimum, maximum }),
  },
  boolean: {
    read: (text) => ({ true: true, '1': true, false: false, '0': false })[text.toLowerCase()] ?? text,
    fits: (value) => typeof value === 'boolean',
    expected: () => 'true or false',
    schema: () => ({ type: 'boolean' }),
  },
  url: {
    read: asText,
    fits: (value) => isText(value) && isPlainUrl(value),
    expected: () => 'an http or https URL, without a user, a password, a query or a fragment',
    schema: () => ({ type: 'string', pattern: '^[hH][tT][tT][pP][sS]?://[^/?#@\\s]+(/[^?#\\s]*)?$' }),
  },
  words: {
    read: asText,
    fits: (value, { words }) => isText(value) && words.includes(value),
    expected: ({ words }) => (words.length === 1 ? `"${words[0]}"` : `one of ${words.join(', ')}`),
    schema: ({ words }) => ({ enum: words }),
  },
  variable: {
    read: asText,
    fits: (value) => isText(value) && new RegExp(VARIABLE_NAME).test(value),
    expected: () => 'the name of an environment variable, such as ORDERS_KEY, never the secret itself',
    schema: () => ({ type: 'string', pattern: VARIABLE_NAME }),
  },
};

/** True for a URL of any kind. */
export function hasScheme(source: string): boolean {
  return /^[a-z][a-z\d+.-]+:\/\//i.test(source);
}

/** True for what is fetched; any other source is the path of a file. */
export function isWebUrl(source: string): boolean {
  return /^https?:\/\//i.test(source);
}

function isPlainUrl(text: string): boolean {
  if (!isWebUrl(text) || /[?#\s]/.test(text) || !URL.canParse(text)) return false;
  const { username, password } = new URL(text);
  return username === '' && password === '';
}

/** The form of a scalar's kind. */
export function formOf(field: Scalar): Form<Scalar> {
  return FORMS[field.kind] as Form<Scalar>;
}

/** Keeps the exact type of a table of fields while it is checked to be one. */
export function object<const Fields extends { readonly [name: string]: Field }>(
  about: string,
  fields: Fields,
): { readonly kind: 'object'; readonly about: string; readonly fields: Fields } {
  return { kind: 'object', about, fields };
}

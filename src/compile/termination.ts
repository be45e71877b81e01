import type { Program } from '../call/program.ts';
import type { Binding } from '../call/tool.ts';
import {
  isNeverSent,
  PLATFORM_KNOWLEDGE,
  REQUEST_TYPES,
  sentParameter,
  type KnownPlatform,
  type RequestType,
  type ValueShape,
} from '../language/platforms.ts';

/** A declared parameter whose rule ends the call on requests of one type, or may end it. */
export type Termination = {
  readonly request: RequestType;
  /** Of the Converse or Gather. */
  readonly line: number;
  readonly tool: string;
  readonly parameter: string;
  /** `always`: no request of the type carries a value that fits. `sometimes`: some may not. */
  readonly certainty: 'always' | 'sometimes';
  /** Fits behind "because". */
  readonly reason: string;
  /** The platform's own name for the same, to which an alias can map the parameter. */
  readonly alias?: string;
};

/**
 * Which required parameters would end the call on a platform, for each type of its requests, by what is known of them:
 * presence and shape of values. A parameter that the application's own URL carries in its query is not known here, and
 * neither is one that `aliases` (missing name to present name) maps to a name unknown.
 */
export function provenTermination(
  { verbs }: Program,
  platform: KnownPlatform,
  aliases: { readonly [missing: string]: string } = {},
): readonly Termination[] {
  return REQUEST_TYPES.flatMap((request) =>
    verbs.flatMap((verb) => {
      if (verb.kind === 'passed') return [];
      return verb.conversation.tools.flatMap((tool) =>
        tool.bindings.flatMap((binding): readonly Termination[] => {
          const doubt = binding.required ? doubtOf(binding, platform, request, aliases) : undefined;
          const at = { request, line: verb.line, tool: tool.name, parameter: binding.parameter };
          return doubt === undefined ? [] : [{ ...at, ...doubt }];
        }),
      );
    }),
  );
}

type Doubt = Pick<Termination, 'certainty' | 'reason' | 'alias'>;

function doubtOf(
  binding: Binding,
  platform: KnownPlatform,
  request: RequestType,
  aliases: { readonly [missing: string]: string },
): Doubt | undefined {
  const { parameter } = binding;
  const alias = Object.hasOwn(aliases, parameter) ? aliases[parameter] : undefined;
  const sent =
    sentParameter(platform, request, parameter) ??
    (alias === undefined ? undefined : sentParameter(platform, request, alias));
  if (sent === undefined) {
    const { equivalents } = PLATFORM_KNOWLEDGE[platform];
    const known = Object.hasOwn(equivalents, parameter) ? equivalents[parameter] : undefined;
    const certainty = isNeverSent(platform, parameter) || isSentElsewhere(platform, parameter) ? 'always' : 'sometimes';
    return {
      certainty,
      reason: `${platform} sends no "${parameter}" with a ${request} request`,
      ...(known === undefined ? {} : { alias: known }),
    };
  }
  const fit = fitOf(sent.shape, binding);
  if (fit === 'never') {
    return { certainty: 'always', reason: `${platform} sends ${describe(sent.shape)}, which is no ${binding.type}` };
  }
  if (sent.sometimes === true) {
    return { certainty: 'sometimes', reason: `${platform} sends "${parameter}" with some ${request} requests only` };
  }
  return fit === 'always'
    ? undefined
    : {
        certainty: 'sometimes',
        reason: `${platform} sends ${describe(sent.shape)}, which need not be ${article(binding.type)}`,
      };
}

function isSentElsewhere(platform: KnownPlatform, parameter: string): boolean {
  return REQUEST_TYPES.some((type) => sentParameter(platform, type, parameter) !== undefined);
}

type Fit = 'always' | 'sometimes' | 'never';

/** Whether values of a shape are coerced to the type of a binding. One row per type. */
const FITS: { readonly [T in Binding['type']]: (shape: ValueShape, binding: Binding) => Fit } = {
  string: ({ kind }) => (kind === 'object' || kind === 'list' ? 'never' : 'always'),
  integer: (shape) => numberFit(shape, ['integer']),
  number: (shape) => numberFit(shape, ['integer', 'number']),
  boolean: ({ kind }) => (kind === 'boolean' ? 'always' : kind === 'text' ? 'sometimes' : 'never'),
  enum: (shape, { values }) => {
    if (shape.kind === 'words') return share(shape.words, values);
    if (shape.kind === 'boolean') return share(['true', 'false'], values);
    return shape.kind === 'object' || shape.kind === 'list' ? 'never' : 'sometimes';
  },
};

function fitOf(shape: ValueShape, binding: Binding): Fit {
  return FITS[binding.type](shape, binding);
}

function numberFit({ kind }: ValueShape, always: readonly ValueShape['kind'][]): Fit {
  if (always.includes(kind)) return 'always';
  // A number with a plus sign is no number; a caller's own may come without it.
  return kind === 'keys' || kind === 'address' || kind === 'number' || kind === 'text' ? 'sometimes' : 'never';
}

function share(sent: readonly string[], allowed: readonly string[]): Fit {
  const fitting = sent.filter((word) => allowed.includes(word)).length;
  if (fitting === 0) return 'never';
  return fitting === sent.length ? 'always' : 'sometimes';
}

const DESCRIPTIONS: { readonly [K in ValueShape['kind']]: string } = {
  text: 'text',
  words: 'a word',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  keys: 'keys',
  address: 'a telephone number or address',
  object: 'an object',
  list: 'a list',
};

function describe({ kind }: ValueShape): string {
  return DESCRIPTIONS[kind];
}

function article(type: Binding['type']): string {
  return `${/^[aeiou]/.test(type) ? 'an' : 'a'} ${type}`;
}

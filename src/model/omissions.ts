/** Parts of a request that a model may refuse; the reply is worth more than they are. */
export const OMISSIONS = ['temperature', 'max_completion_tokens', 'max_tokens', 'additionalProperties'] as const;
export type Omission = (typeof OMISSIONS)[number];

export type Omissions = {
  /** What this model is not sent any more. */
  of(model: string): ReadonlySet<Omission>;
  /** False when the model was not sent it, so that asking again would change nothing. */
  learn(model: string, refused: Omission): boolean;
};

/** An operator has a handful of models; names that documents make up must not fill the memory. */
const MODELS_MAX = 256;
/** A server that takes neither names both, in its own order. */
const OTHER_NAMES: { readonly [name in Omission]?: Omission } = {
  max_tokens: 'max_completion_tokens',
  max_completion_tokens: 'max_tokens',
};
const NONE: ReadonlySet<Omission> = new Set();

/** Remembers which model refuses what, for the models that were last heard of. */
export function createOmissions(): Omissions {
  const refusals = new Map<string, ReadonlySet<Omission>>();
  return {
    of: (model) => refusals.get(model) ?? NONE,
    learn(model, refused) {
      const known = refusals.get(model) ?? NONE;
      const next = [refused, OTHER_NAMES[refused]].find((name) => name !== undefined && !known.has(name));
      if (next === undefined) return false;
      refusals.delete(model);
      refusals.set(model, new Set([...known, next]));
      const [oldest] = refusals.keys();
      if (refusals.size > MODELS_MAX && oldest !== undefined) refusals.delete(oldest);
      return true;
    },
  };
}

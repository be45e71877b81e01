/** Where in its call a platform request stands, read off its URL. */
export type Place =
  /** The voice URL itself. */
  | { readonly kind: 'start' }
  /** Turn `turn` begins, going on from the output `seq` of the turn before. */
  | { readonly kind: 'exit'; readonly turn: number; readonly seq: number }
  /** More of turn `turn`, from the output `from` on. */
  | { readonly kind: 'rest'; readonly turn: number; readonly from: number }
  /** The fallback URL: wherever the call stands. */
  | { readonly kind: 'resume' };

/** Names of ours in the query of a URL that leads a platform back; they are no parameters of its request. */
export const PLACE_QUERY: ReadonlySet<string> = new Set(['turn', 'exit', 'from']);

/** The URL under which the platform comes back to this place of its call. */
export function placeUrl(agent: string, publicUrl: string, place: Extract<Place, { kind: 'exit' | 'rest' }>): string {
  const position = place.kind === 'exit' ? `exit=${place.seq}` : `from=${place.from}`;
  return `${publicUrl}/voice/${encodeURIComponent(agent)}/continue?turn=${place.turn}&${position}`;
}

/** The place that such a URL's query names, already read; anything else is the start of the call. */
export function placeOf(query: Readonly<Record<string, unknown>>): Place {
  const turn = wholeNumber(query['turn']);
  const seq = wholeNumber(query['exit']);
  const from = wholeNumber(query['from']);
  if (turn !== undefined && seq !== undefined) return { kind: 'exit', turn, seq };
  if (turn !== undefined && from !== undefined) return { kind: 'rest', turn, from };
  return { kind: 'start' };
}

/**
 * The place that a platform's fallback request is about: the one whose URL failed, where the platform names it, else
 * wherever the call stands.
 *
 * @see https://www.twilio.com/docs/voice/twiml#fallback
 */
export function fallbackPlace(parameters: Readonly<Record<string, unknown>>): Place {
  const { ErrorUrl: failed } = parameters;
  const url = typeof failed === 'string' ? URL.parse(failed) : null;
  const place = placeOf(Object.fromEntries(url?.searchParams ?? []));
  return place.kind === 'start' ? { kind: 'resume' } : place;
}

function wholeNumber(text: unknown): number | undefined {
  return typeof text === 'string' && /^[1-9]\d{0,14}$/.test(text) ? Number(text) : undefined;
}

import type { ModelFailure } from '../call/event.ts';
import { OMISSIONS } from './omissions.ts';
import type { Omission } from './omissions.ts';

/** Why there is no reply, or no more of one. */
export type Fault = {
  /** For a log. */
  readonly reason: string;
  readonly code?: ModelFailure;
  /** Of a `refused-parameter`, if it is one that can be left out. */
  readonly refused?: Omission;
  /** When the server wants to be asked again, in milliseconds from now. */
  readonly retryAfterMs?: number;
};

/** What a server said went wrong. */
export type Complaint = {
  /** Absent for an error within a stream that has no status of its own. */
  readonly status?: number;
  /** Everything it said: message, code and type, in its own shape. */
  readonly text: string;
  /** Which part of the request it named as the cause. */
  readonly parameter?: string;
};

type Row = {
  readonly code: ModelFailure;
  /** Absent: any. */
  readonly status?: (status: number) => boolean;
  /** Absent: any. */
  readonly words?: RegExp;
};

const is =
  (...statuses: readonly number[]) =>
  (status: number): boolean =>
    statuses.includes(status);

const REFUSAL =
  /unsupported|not support|deprecated|unknown|unrecognized|unexpected|not permitted|not allowed|not valid|invalid|cannot find field|too large/i;

/** The limit of the reply is what does not fit into the context, not the prompt. */
const LENGTH_LIMIT = /max_(?:completion_)?tokens'? (?:or '\w+' )?(?:is|are) too large/i;

/**
 * How vendors word what matters here; the first row that fits counts. A limit of tokens per minute is told apart from a
 * limit of tokens per prompt before either is read, because both speak of too many tokens.
 *
 * @see https://github.com/earendil-works/pi/blob/main/packages/ai/src/utils/overflow.ts (where most wordings were found)
 */
const ROWS: readonly Row[] = [
  // A single request above the minute's limit of an account never passes, whenever it is sent.
  {
    code: 'context-length',
    status: is(413, 429),
    words: /request (?:is )?too large|reduce (?:your|the) (?:message|prompt|input)/i,
  },
  {
    code: 'auth',
    words: /insufficient_quota|exceeded your current quota|billing|credit balance|insufficient (?:credits|balance)/i,
  },
  { code: 'rate-limit', status: is(429) },
  { code: 'rate-limit', words: /rate.?limit|too many requests|throttl|tokens per min|resource_exhausted/i },
  {
    code: 'context-length',
    words:
      /context[_ ]?(?:length|window|size)[^.]*exceed|exceed\w*[^.]*context|maximum (?:context|prompt|input|allowed input) length|max_(?:model|seq)_len|(?:prompt|input|request|context) (?:is )?too long|exceeds the maximum number of tokens|reduce the (?:length|number of tokens)|(?:greater|longer) than the context length|exceeded model token limit|token limit exceeded|too many (?:input )?tokens|too large for model with \d+/i,
  },
  { code: 'auth', status: is(401, 402, 403) },
  {
    code: 'auth',
    words: /(?:invalid|incorrect|missing)[^.]{0,20}api[ _-]?key|unauthorized|authentication_error|permission_denied/i,
  },
  { code: 'timeout', status: is(408) },
  { code: 'unavailable', status: (status) => status >= 500 },
  {
    code: 'unavailable',
    words:
      /overloaded|unavailable|capacity|internal (?:server )?error|server_error|bad gateway|healthy upstream|try again/i,
  },
];

/** What a complaint means, with the parameter that the request could do without. */
export function faultOf(complaint: Complaint, reason: string): Fault {
  const row = ROWS.find(({ status, words }) => {
    const hasStatus = status === undefined || (complaint.status !== undefined && status(complaint.status));
    return hasStatus && (words === undefined || words.test(complaint.text));
  });
  const refused = row === undefined || LENGTH_LIMIT.test(complaint.text) ? refusedParameter(complaint) : undefined;
  if (refused !== undefined) return { reason, code: 'refused-parameter', refused };
  if (row !== undefined) return { reason, code: row.code };
  // Something within a stream went wrong on the server's side; an answer of 400 is our own fault, of no known kind.
  return complaint.status === undefined ? { reason, code: 'unavailable' } : { reason };
}

/** The first one that is named counts: a server names the right parameter behind the wrong one. */
function refusedParameter({ status = 400, text, parameter }: Complaint): Omission | undefined {
  if ((status !== 400 && status !== 422) || !REFUSAL.test(text)) return undefined;
  const named = OMISSIONS.find((name) => name === parameter);
  if (named !== undefined) return named;
  const places = OMISSIONS.map((name) => ({ name, at: text.indexOf(name) })).filter(({ at }) => at !== -1);
  return places.toSorted((a, b) => a.at - b.at || b.name.length - a.name.length)[0]?.name;
}

const UNITS_MS: { readonly [unit: string]: number } = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/**
 * When a server wants to be asked again, from its headers or its words, in milliseconds.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
 */
export function retryAfterMs(
  headers: { readonly milliseconds: string | undefined; readonly after: string | undefined },
  text: string,
  nowMs: number,
): number | undefined {
  const { milliseconds, after } = headers;
  if (milliseconds !== undefined && /^\d+(\.\d+)?$/.test(milliseconds)) return Number(milliseconds);
  if (after !== undefined && /^\d+(\.\d+)?$/.test(after)) return Number(after) * 1_000;
  const date = after === undefined ? Number.NaN : Date.parse(after);
  if (!Number.isNaN(date)) return Math.max(0, date - nowMs);
  const [, amount, unit = 's'] = /(?:try again in|retryDelay"?:\s*"?)\s*(\d+(?:\.\d+)?)(ms|s|m|h)\b/i.exec(text) ?? [];
  return amount === undefined ? undefined : Number(amount) * (UNITS_MS[unit.toLowerCase()] ?? 1_000);
}

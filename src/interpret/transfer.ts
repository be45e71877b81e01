// Where the model may send the call: to what the document's author or the operator has written down, and to nothing that
// the caller or the request has brought along.
import type { LedgerCall } from '../call/conversation.ts';
import { isEchoedNumber, isEchoedUrl, textsIn, type Outside } from '../call/echo.ts';
import type { Conversation, Destination, Dialled } from '../call/program.ts';
import { bindingEnvironment, type CallState } from '../call/state.ts';
import { isAddress, isSameNumber, normalNumber } from '../call/telephone.ts';
import type { ToolResult } from '../call/tool.ts';
import { isJsonObject, parseJson } from '../json.ts';
import type { Settings } from './decision.ts';

/** Where a call of `dial` or `redirect` leads. */
export type Way = { readonly message?: string } & (
  | { readonly kind: 'dial'; readonly dialled: Dialled }
  | { readonly kind: 'redirect'; readonly url: string }
);

export type Transfer =
  | { readonly kind: 'allowed'; readonly way: Way }
  | { readonly kind: 'refused'; readonly result: ToolResult };

/** What the model may do with this call of `dial` or `redirect`. */
export function transferOf(
  state: CallState,
  conversation: Conversation,
  { name, arguments: written }: LedgerCall,
  settings: Settings,
): Transfer {
  const parsed = parseJson(written);
  const asked = parsed.ok && isJsonObject(parsed.value) ? parsed.value['destination'] : undefined;
  if (typeof asked !== 'string' || asked.trim() === '') {
    return refused(`The arguments of ${name} were not accepted: "destination" is missing. Nothing was done.`);
  }
  const find = name === 'dial' ? dialTo : redirectTo;
  const found = find(state, conversation, asked.trim(), settings);
  if (typeof found !== 'string') return { kind: 'allowed', way: found };
  const kind = name === 'dial' ? 'dial' : 'redirect';
  const names = (conversation.destinations ?? []).filter((each) => each.kind === kind).map((each) => each.name);
  const choice = names.length === 0 ? '' : ` The destinations are: ${names.join(', ')}.`;
  return refused(`The call was not sent to "${asked.trim()}": ${found}. Nothing was done.${choice}`);
}

/** Whether there is anything that the model could dial, or redirect to. */
export function hasTargets(
  kind: 'dial' | 'redirect',
  state: Pick<CallState, 'document'>,
  conversation: Conversation,
  { transfers }: Pick<Settings, 'transfers'>,
): boolean {
  const { written } = state.document?.program ?? {};
  return (
    (conversation.destinations ?? []).some((destination) => destination.kind === kind) ||
    (transfers?.[kind] ?? []).length > 0 ||
    (kind === 'dial' ? (written?.dialled ?? []).length > 0 : (written?.urls ?? []).length > 0) ||
    (kind === 'redirect' && /^https?:/.test(state.document?.url ?? ''))
  );
}

const NOT_WRITTEN = 'the application does not name it as a destination';
const ECHOED = 'it came from the caller or from the request, not from the application';

/** The way to a number or a name, or why there is none. */
function dialTo(state: CallState, conversation: Conversation, asked: string, settings: Settings): Way | string {
  const named = namedIn(conversation, 'dial', asked, ({ dialled }) => isSameNumber(dialled.text, asked));
  if (named !== undefined) return { kind: 'dial', dialled: normal(named.dialled), ...messageOf(named) };
  const number = normalNumber(asked);
  if (number !== '' && (settings.transfers?.dial ?? []).some((pattern) => matches(pattern, number))) {
    return { kind: 'dial', dialled: { noun: isAddress(number) ? 'Sip' : 'Number', text: number } };
  }
  const written = (state.document?.program.written?.dialled ?? []).find(
    ({ text }) => text === asked || isSameNumber(text, asked),
  );
  if (written === undefined) return NOT_WRITTEN;
  if (isEchoedNumber(written.text, outside(state))) return ECHOED;
  return { kind: 'dial', dialled: normal(written) };
}

function redirectTo(state: CallState, conversation: Conversation, asked: string, settings: Settings): Way | string {
  const base = /^https?:/.test(state.document?.url ?? '') ? state.document?.url : undefined;
  const url = URL.parse(asked, base);
  const named = namedIn(conversation, 'redirect', asked, (destination) => destination.url === url?.href);
  if (named !== undefined) return { kind: 'redirect', url: named.url, ...messageOf(named) };
  if (url === null || !/^https?:$/.test(url.protocol)) return 'it is no URL';
  const way = { kind: 'redirect', url: url.href } as const;
  const isPlain = url.username === '' && url.password === '';
  if (base !== undefined && isPlain && url.origin === new URL(base).origin) return way;
  if ((settings.transfers?.redirect ?? []).some((pattern) => matches(pattern, url.href))) return way;
  if (state.document?.program.written?.urls.includes(url.href) !== true) return NOT_WRITTEN;
  return isEchoedUrl(url, outside(state)) ? ECHOED : way;
}

type DestinationOf<K extends Destination['kind']> = Extract<Destination, { kind: K }>;

function namedIn<K extends Destination['kind']>(
  { destinations = [] }: Conversation,
  kind: K,
  asked: string,
  isTarget: (destination: DestinationOf<K>) => boolean,
): DestinationOf<K> | undefined {
  const ofKind = destinations.filter((each): each is DestinationOf<K> => each.kind === kind);
  return ofKind.find(({ name }) => name.toLowerCase() === asked.toLowerCase()) ?? ofKind.find((each) => isTarget(each));
}

function messageOf({ message }: Destination): { readonly message?: string } {
  return message === undefined ? {} : { message };
}

/** Numbers as platforms take them; a name that is no number stays as it is. */
function normal({ noun, text }: Dialled): Dialled {
  return { noun, text: noun === 'Number' ? normalNumber(text) || text : text };
}

function outside(state: CallState): Outside {
  return { said: state.inputs, carried: textsIn(bindingEnvironment(state)) };
}

/** Whether an operator's pattern, in which `*` stands for anything, or the word `any`, allows this. */
function matches(pattern: string, target: string): boolean {
  if (pattern === 'any') return true;
  const literal = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  const source = pattern.trim().split('*').map(literal).join('.*');
  return new RegExp(`^${source}$`, 'i').test(target);
}

const refused = (content: string): Transfer => ({ kind: 'refused', result: { content, isError: true } });

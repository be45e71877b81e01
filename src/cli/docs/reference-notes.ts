import type { RowName } from '../../../grammars/cxml.ts';
import {
  FLUSH_DEADLINE_MS,
  MAX_PARALLEL_TOOL_CALLS,
  MAX_REPROMPTS,
  MAX_TOOL_HOPS,
  PART_MAX_CHARACTERS,
  PART_MAX_SENTENCES,
  TOOL_RESULT_MAX_BYTES,
  TURN_MAX_MS,
} from '../../limits.ts';

/** What the page says of a row beside its grammar. */
export type ReferenceNotes = {
  /** As the vendors document it, or as it follows from that. */
  readonly facts?: readonly string[];
  /** Where no vendor says what happens, and we had to choose. */
  readonly decisions?: readonly string[];
  /** Attributes that are accepted and do nothing yet. */
  readonly withoutEffect?: readonly string[];
};

const seconds = (ms: number): string => `${ms / 1000} seconds`;

export const REFERENCE_NOTES: { readonly [R in RowName]?: ReferenceNotes } = {
  Response: {
    facts: ['Verbs run from top to bottom. A verb that always leaves the document makes those after it unreachable.'],
    decisions: [
      'Element names are read in any case and written in the case shown here; names of attributes count as they are.',
      'An unknown element or attribute is passed on to the platform as it is, with a warning. Inside `<Converse>` it is left out.',
      'Verbs are passed on up to the first `<Converse>` that the call is sure to reach; for the rest the platform is sent back, so that no model runs for a part that the call never reaches.',
    ],
  },
  Gather: {
    facts: [
      'Without input the next verb runs. `actionOnEmptyResult="true"` goes on as if there had been some.',
      'The caller’s input ends what plays inside, and `timeout` begins when that has ended.',
    ],
    decisions: [
      'With a `<Converse>` inside, what stands before it is the greeting; without a greeting the model speaks first.',
      'Each answer of the conversation comes back to the same `<Gather>` while the document is unchanged, so that a document without `action` greets only once. A document that has changed runs from its top.',
      `With \`actionOnEmptyResult="true"\` a silent caller of a conversation is asked up to ${MAX_REPROMPTS} times whether they are there; then the next verb runs, or the call ends with a farewell. Without it the first silence goes on to the next verb.`,
      'Keys without words are given to the model as what the caller said.',
    ],
  },
  Converse: {
    facts: [
      'Inside `<Gather>` it is a conversation; elsewhere the model answers its prompts once and the next verb runs.',
      'Words of `sessionTools` and `statusCallbackEvent` are parted by commas or whitespace.',
    ],
    decisions: [
      'Without `model` the operator’s model answers. `temperature` is sent only if it is written.',
      '`context="auto"` keeps the conversation for the whole session; `none` and `no` both start afresh each time.',
      `A turn may call tools ${MAX_TOOL_HOPS} times; then the model answers without tools. A turn ends after ${seconds(TURN_MAX_MS)}.`,
      `The platform is answered within ${seconds(FLUSH_DEADLINE_MS)} with what is ready by then. Only the last part of a reply stands inside the \`<Gather>\`: parts before it, of at most ${PART_MAX_SENTENCES} sentences or ${PART_MAX_CHARACTERS} characters each, cannot be interrupted.`,
      'Where any required `<Parameter>` of any tool cannot be bound, the session ends before the model is asked.',
      `Of the tool calls in one reply, ${MAX_PARALLEL_TOOL_CALLS} run; the model is told that the others did not. Two equal calls of one reply are one request, and both get its answer.`,
      '`hangup` ends the call after the model’s last words. `redirect` hands the caller over to another document and `dial` to another number, once the reply’s other tools have answered. A Dial that finds nobody brings the caller back, and the model is told why; one that put the caller through goes on behind the `<Gather>` when that call has ended.',
      'The model may dial a `<Destination>`, a number or SIP address that stands in the document, and what the operator’s patterns allow; it may redirect to a `<Destination>`, any URL of the document’s own origin, a URL that stands in the document, and what the patterns allow. A number or URL of the document that a request, the caller or a tool’s arguments have brought along does not count, in whatever signs and digits and in how many parts, so that nobody can talk the model into it; only digits in words are not read, so name what matters as a `<Destination>`. Numbers are compared as E.164.',
      'What the caller has not heard, because they hung on to something else before it was fetched, is not in the model’s history.',
      '[Status callbacks](status-callbacks.md) says what `statusCallback` is sent.',
    ],
  },
  Destination: {
    decisions: [
      'The text is a telephone number, an extension, a SIP address, or a URL for `redirect`. `description` tells the model when to choose it, `message` is said to the caller before the call goes there. Without `name` the text is its name.',
    ],
  },
  Tool: {
    facts: [
      'The name is any text. Where model APIs take no such name, the model sees it with `_` for other characters.',
    ],
    decisions: [
      'The tool is called with a POST whose body is the JSON object of all its arguments, bound ones included, after they were checked against their types. It answers with JSON or text, which the model reads.',
      'Every request carries `webhook-id`, the same whenever one call is sent again, and `webhook-timestamp`. `secret` names the operator’s secret that signs it as Standard Webhooks do.',
      `A failure or a timeout is told to the model, which can repair it; it never ends the call by itself. An answer over ${TOOL_RESULT_MAX_BYTES / 1024} kB is cut, and the model is told so.`,
      'The URL must be https and public, unless the operator allows the host. `method="GET"` is part of the language and not supported yet; it can never be signed.',
    ],
  },
  Parameter: {
    facts: [
      '**The termination rule.** A parameter is taken from the call request. One that the request lacks ends the session.',
      '`required="false"` leaves the parameter to the model where the request lacks it, or has it in another type.',
    ],
    decisions: [
      'The model neither sees nor sets a parameter that is taken from the request. The session ends before any model is asked: what was said before is heard, then one sentence of apology.',
      'A value that does not have the type ends the session like a missing one. `integer` takes digits, with or without a minus sign, up to 2^53; `number` a plain decimal; `boolean` `true` or `false`; `enum` one of its `values`; `string` any single value.',
      'A name with dots is a path into nested JSON: `SessionData.token`. Names count as they are written.',
      'A later turn sees the first request’s parameters under its own, without the results of verbs in between.',
      '`source="model"` declares an argument that the model fills in.',
    ],
  },
  User: {
    decisions: [
      'Without any `<User>` the model is told in one line of the operator’s that the caller has been connected.',
    ],
  },
  Speech: {
    facts: ['It is the last child of a conversation in `<Gather>`.'],
    decisions: ['What the caller just said is the last message to the model, wherever it stands.'],
  },
  Redirect: { facts: ['The next document comes through Colloquy, which fetches it as the platform would have.'] },
  Record: { facts: ['Without a recording the next verb runs.'] },
  Dial: { facts: ['Text is a number, or a SIP address. Targets of different kinds exclude one another.'] },
};

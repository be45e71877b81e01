import type { ToolResult } from '../call/tool.ts';
import type { HttpClient, HttpOutcome } from '../http/client.ts';
import { headerValue } from '../http/client.ts';
import { decodeText, decompressed, isWebPage, mediaType } from '../http/content.ts';
import type { Clock, ToolRun, Tools } from '../interpret/ports.ts';
import { isJsonObject, parseJson } from '../json.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import { TOOL_RESULT_MAX_BYTES } from '../limits.ts';
import { SIGNATURES } from '../signatures/signatures.ts';

export type WebhookToolsOptions = {
  readonly client: HttpClient;
  /** An agent's secret by the name that its document gives it. */
  readonly secrets: (agent: string, name: string) => string | undefined;
  readonly clock: Pick<Clock, 'now'>;
};

/**
 * Tools that are HTTP endpoints: the arguments are posted as JSON, the answer's text is the result. Whatever goes wrong
 * is a result too, in words that a model can act on.
 */
export function createWebhookTools({ client, secrets, clock }: WebhookToolsOptions): Tools {
  return {
    async run(run, signal) {
      const body = JSON.stringify(run.arguments);
      const signed = signedHeaders(run, body, Math.floor(clock.now() / 1000), secrets);
      if (signed.kind === 'not-sent') return error(`The tool was not called: ${signed.reason}.`);
      const outcome = await client.send(
        {
          method: 'POST',
          url: run.tool.source.url,
          headers: signed.headers,
          body,
          timeoutMs: run.tool.source.timeoutMs,
          limitBytes: TOOL_RESULT_MAX_BYTES,
        },
        signal,
      );
      return outcome.kind === 'response' ? readAnswer(outcome, run.resent === true) : unanswered(outcome);
    },
  };
}

type SignedHeaders =
  | { readonly kind: 'headers'; readonly headers: { readonly [name: string]: string } }
  | { readonly kind: 'not-sent'; readonly reason: string };

/** The id and the time go out always: they are the receiver's key against doing a thing twice, signed or not. */
function signedHeaders(
  run: ToolRun,
  body: string,
  timestamp: number,
  secrets: WebhookToolsOptions['secrets'],
): SignedHeaders {
  const headers = {
    'content-type': 'application/json',
    'webhook-id': run.id,
    'webhook-timestamp': String(timestamp),
  };
  const name = run.tool.source.secret;
  if (name === undefined) return { kind: 'headers', headers };
  const secret = secrets(run.agent, name);
  if (secret === undefined) return { kind: 'not-sent', reason: `its secret "${name}" is not configured` };
  const signed = SIGNATURES['standard-webhooks'].sign(secret, { id: run.id, timestamp, body });
  if (signed.kind === 'unusable-secret') return { kind: 'not-sent', reason: `its secret "${name}": ${signed.reason}` };
  return { kind: 'headers', headers: { ...headers, ...signed.headers } };
}

async function readAnswer(outcome: HttpOutcome & { kind: 'response' }, resent: boolean): Promise<ToolResult> {
  const encoding = headerValue(outcome.headers, 'content-encoding');
  const decoded = await decompressed(outcome, encoding, TOOL_RESULT_MAX_BYTES);
  return decoded === undefined
    ? error(`The tool answered ${outcome.status} in the encoding "${encoding}", which cannot be read.`)
    : answered({ ...outcome, ...decoded }, resent);
}

function answered(outcome: HttpOutcome & { kind: 'response' }, resent: boolean): ToolResult {
  const { status, headers, cut } = outcome;
  const contentType = headerValue(headers, 'content-type');
  if (status >= 300 && status < 400) {
    return error(`The tool answered ${status}: it redirects, and tools are not followed elsewhere.`);
  }
  if (resent && (status === 409 || (status < 300 && outcome.body.length === 0))) return error(RECEIVED_EARLIER);
  if (isWebPage(outcome.body)) return error(`The tool answered ${status} with a web page instead of a result.`);
  if (!isText(contentType)) {
    return error(`The tool answered ${status} with ${mediaType(contentType)}, which cannot be read as text.`);
  }
  const text = decodeText(outcome.body, contentType).trim();
  const marked = cut ? `${text}\n[cut here: the answer is longer than ${TOOL_RESULT_MAX_BYTES} bytes]` : text;
  if (status >= 400) {
    return error(text === '' ? `The tool answered ${status}.` : `The tool answered ${status}: ${marked}`);
  }
  if (text === '') return { content: `The tool answered ${status} without content.`, isError: false };
  return { content: marked, isError: saysThatItFailed(text) };
}

/** As a receiver that keeps to the idempotency key answers a call that it has had before. */
const RECEIVED_EARLIER = 'The tool received this call earlier; outcome unknown.';

/** The ways in which services report a failure under status 200. */
const FAILURES: readonly ((answer: JsonObject) => boolean)[] = [
  ({ error: reported }) => isReported(reported),
  ({ errors }) => Array.isArray(errors) && errors.length > 0,
  ({ success }) => success === false,
  ({ ok }) => ok === false,
];

function saysThatItFailed(text: string): boolean {
  if (!text.startsWith('{')) return false;
  const parsed = parseJson(text);
  const answer = parsed.ok && isJsonObject(parsed.value) ? parsed.value : undefined;
  return answer !== undefined && FAILURES.some((failed) => failed(answer));
}

/** Many services always have the field, and leave it empty when all is well. */
function isReported(reported: JsonValue | undefined): boolean {
  if (isJsonObject(reported)) return Object.keys(reported).length > 0;
  return Array.isArray(reported) ? reported.length > 0 : Boolean(reported);
}

function unanswered({ code, reason }: HttpOutcome & { kind: 'failed' }): ToolResult {
  if (code === 'timeout' || code === 'broken') {
    return error(`The tool did not answer: ${reason}. Whether it did its work is unknown.`);
  }
  if (code === 'cancelled') return error('The tool was cancelled. Whether it did its work is unknown.');
  return error(`The tool was not reached: ${reason}.`);
}

function isText(contentType: string | undefined): boolean {
  const type = mediaType(contentType);
  return (
    type === '' ||
    /^text\/|^application\/(json|xml|x-ndjson|javascript|x-www-form-urlencoded)$|\+(json|xml)$/.test(type)
  );
}

const error = (content: string): ToolResult => ({ content, isError: true });

import { placeUrl } from '../call/place.ts';
import type { Markup } from '../call/program.ts';
import type { CallRequest, PlatformName } from '../call/request.ts';
import { DIALECTS } from '../language/dialects.ts';
import { inDialect } from './dialect.ts';
import { jambonzVerbs } from './jambonz.ts';
import { responseOf } from './response.ts';
import type { Slice } from './slice.ts';
import { printXml } from './xml.ts';

/** What an answer depends on beside its outputs: the agent and turn it belongs to, the request that it answers. */
export type AnswerContext = {
  readonly agent: string;
  readonly turn: number;
  readonly request: Pick<CallRequest, 'platform' | 'publicUrl'>;
};

const CONTENT_TYPES = { xml: 'text/xml; charset=utf-8', json: 'application/json; charset=utf-8' } as const;
const PRINTERS: { readonly [F in keyof typeof CONTENT_TYPES]: (response: Markup) => string } = {
  xml: printXml,
  json: (response) => JSON.stringify(jambonzVerbs(response)),
};

/** The answer that carries this slice of a turn, in the platform's dialect. */
export function renderAnswer(slice: Slice, { agent, turn, request }: AnswerContext): string {
  const links = {
    exit: (seq: number) => placeUrl(agent, request.publicUrl, { kind: 'exit', turn: turn + 1, seq }),
    rest: (from: number) => placeUrl(agent, request.publicUrl, { kind: 'rest', turn, from }),
  };
  return print(responseOf(slice, links), request.platform);
}

/** An answer that says this line and ends the call. */
export function renderFailure(line: string, platform: PlatformName): string {
  const say = { name: 'Say', attributes: {}, children: [line] };
  const hangup = { name: 'Hangup', attributes: {}, children: [] };
  return print({ name: 'Response', attributes: {}, children: [say, hangup] }, platform);
}

/** The content type of a platform's answers. */
export function contentTypeOf(platform: PlatformName): string {
  return CONTENT_TYPES[DIALECTS[platform].format];
}

function print(response: Markup, platform: PlatformName): string {
  return PRINTERS[DIALECTS[platform].format](inDialect(response, platform));
}

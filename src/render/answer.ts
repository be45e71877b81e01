import { placeUrl } from '../call/place.ts';
import type { CallRequest } from '../call/request.ts';
import { inDialect } from './dialect.ts';
import { DIALECTS } from './dialects.ts';
import { responseOf } from './response.ts';
import type { Slice } from './slice.ts';
import { printXml } from './xml.ts';

/** What an answer depends on beside its outputs: the agent and turn it belongs to, the request that it answers. */
export type AnswerContext = {
  readonly agent: string;
  readonly turn: number;
  readonly request: Pick<CallRequest, 'platform' | 'publicUrl'>;
};

/** The XML answer that carries this slice of a turn. */
export function renderAnswer(slice: Slice, { agent, turn, request }: AnswerContext): string {
  const links = {
    exit: (seq: number) => placeUrl(agent, request.publicUrl, { kind: 'exit', turn: turn + 1, seq }),
    rest: (from: number) => placeUrl(agent, request.publicUrl, { kind: 'rest', turn, from }),
  };
  return printXml(inDialect(responseOf(slice, links), DIALECTS[request.platform]));
}

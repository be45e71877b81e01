// What may be wrong with a call, whatever was killed meanwhile: pure functions over what the platform, the caller, the model
// and the receiver have seen.
import { ENGLISH } from '../../src/interpret/lines.ts';
import type { CallRecord } from './caller.ts';
import { partsIn, partsOf, toolsOf, withoutParts, wordsOf } from './story.ts';
import { GREETING, type Asked, type Seen } from './surroundings.ts';

/** Every fault of a call that is over, in which these lines of ours may be heard; none where all is well. */
export function faultsOf(
  record: CallRecord,
  seen: Seen,
  lines: readonly string[] = ENGLISH.fillers,
): readonly string[] {
  return [
    ...record.faults,
    ...seen.faults,
    ...seen.asked.flatMap(({ refusals }) => refusals).map((fault) => `a model request: ${fault}`),
    ...soundFaults(record, lines),
    ...effectFaults(record, seen),
    ...(record.isLost ? [] : historyFaults(record, seen.asked.at(-1))),
  ];
}

/** Nothing is heard twice where the platform says what it lacks, and nothing that was not to be said; who stays hears everything, in order. */
function soundFaults(
  { sounds, wishes, isLost, mayComeAgain }: CallRecord,
  lines: readonly string[],
): readonly string[] {
  const heard = sounds.flatMap(partsIn);
  const expected = wishes.flatMap(partsOf);
  const twice = heard.filter((part, index) => heard.indexOf(part) !== index && !mayComeAgain.includes(part));
  const missing = isLost ? [] : expected.filter((part) => !heard.includes(part));
  const once = heard.filter((part, index) => heard.indexOf(part) === index);
  const inOrder = expected.filter((part) => heard.includes(part));
  return [
    ...twice.map((part) => `heard twice: ${part}`),
    ...missing.map((part) => `never heard: ${part}`),
    ...(once.join() === inOrder.join() ? [] : [`heard in this order: ${once.join(' ')}`]),
    ...strangeIn(sounds, lines).map((text) => `heard: ${text}`),
  ];
}

function strangeIn(sounds: readonly string[], lines: readonly string[]): readonly string[] {
  const rest = sounds.map((sound) =>
    [GREETING, ...lines].reduce((left, line) => left.replace(line, ''), withoutParts(sound)).trim(),
  );
  const greeted = sounds.filter((sound) => sound.includes(GREETING)).length;
  return [...rest.filter((text) => text !== ''), ...(greeted > 1 ? [`the greeting ${greeted} times`] : [])];
}

/** What the caller wants once is done once: never twice, and for who stays not never. */
function effectFaults({ wishes, isLost }: CallRecord, { effects }: Seen): readonly string[] {
  return wishes.flatMap((wish) =>
    toolsOf(wish).flatMap((tool) => {
      const ids = effects.filter((effect) => effect.tool === tool && effect.ref === wish.ref).map(({ id }) => id);
      if (ids.length > 1) return [`${tool} ${wish.ref} was done ${ids.length} times, as ${ids.join(' and ')}`];
      return ids.length === 0 && !isLost ? [`${tool} ${wish.ref} was never done`] : [];
    }),
  );
}

/** The last request holds what was said and heard before it, and the result of each tool. */
function historyFaults({ wishes, sounds }: CallRecord, last: Asked | undefined): readonly string[] {
  if (last === undefined) return wishes.length === 0 ? [] : ['the model was never asked'];
  const contents = (role: string): readonly string[] =>
    last.messages.flatMap((message) => (message.role === role ? [message.content ?? ''] : []));
  const [user, assistant] = [contents('user'), contents('assistant').flatMap(partsIn)];
  const before = wishes.slice(0, -1);
  const heard = sounds.flatMap(partsIn).filter((part) => before.flatMap(partsOf).includes(part));
  const tools = before.flatMap(toolsOf).length;
  const results = contents('tool').length;
  return [
    ...wishes.filter((wish) => !user.includes(wordsOf(wish))).map((wish) => `forgotten: "${wordsOf(wish)}"`),
    ...heard.filter((part) => !assistant.includes(part)).map((part) => `heard, and forgotten: ${part}`),
    ...assistant
      .filter((part, index) => assistant.indexOf(part) !== index)
      .map((part) => `twice in the history: ${part}`),
    ...(results === tools ? [] : [`${results} results in the history instead of ${tools}`]),
  ];
}

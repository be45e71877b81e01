import { diff } from './diff.ts';
import { isFaithful, type Replay } from './replay.ts';

/** What a replay of the fixture in `folder` gave, for people: one line if it is the same, else every difference. */
export function replayReport(folder: string, replay: Replay): string {
  const compared = [replay.answers, replay.modelRequests, replay.toolRequests].map(({ length }) => length);
  const nouns = ['answer', 'model request', 'tool request'];
  const counts = nouns.flatMap((noun, index) => {
    const count = compared[index] ?? 0;
    return count === 0 ? [] : [`${count} ${noun}${count === 1 ? '' : 's'}`];
  });
  if (isFaithful(replay)) return `same  ${folder}  ${counts.join(', ')}\n`;
  return [`DIFFERENT  ${folder}`, ...differences(replay), ''].join('\n');
}

/** Each difference of a replay, indented below what differs: `-` was expected, `+` came out. */
export function differences({ answers, modelRequests, toolRequests, faults }: Replay): readonly string[] {
  const named = [
    ...answers.map((each) => ({ ...each, name: each.file })),
    ...modelRequests.map((each) => ({ ...each, name: `${each.file}, what the model is asked` })),
    ...toolRequests.map((each) => ({ ...each, name: `turn ${each.turn}, what the tool ${each.tool} is sent` })),
  ];
  const seen = new Map<string, string>();
  return [
    ...faults.map((fault) => `  ${fault}`),
    ...named.flatMap(({ name, expected, actual }) => {
      const lines = diff(expected, actual);
      if (lines.length === 0) return [];
      // Each request of a call holds the prompts and the tools again.
      const changes = lines.filter((line) => !line.startsWith(' ')).join('\n');
      const before = seen.get(changes);
      if (before !== undefined) return [`  ${name}: the same change as in ${before}`];
      seen.set(changes, name.split(',', 1)[0] ?? name);
      return [`  ${name}`, ...lines.map((line) => `    ${line}`)];
    }),
  ];
}

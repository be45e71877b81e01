import { readFileSync, readdirSync } from 'node:fs';
import type { ModelFailure, ModelFinish } from '../../src/call/event.ts';

export type Ending = 'close' | 'stall' | 'kill';

export type StreamFixture = {
  readonly name: string;
  /** Who sends this, or where it is described. */
  readonly source: string;
  /** What no other fixture has. */
  readonly covers: string;
  readonly status: number;
  readonly type: string;
  /** `stall`: the connection stays open after the last byte; `kill`: it is lost there. */
  readonly ending: Ending;
  readonly body: Buffer;
  readonly expected: {
    readonly text: string;
    /** Without an id where the server sends none that is usable. */
    readonly toolCalls: readonly { readonly name: string; readonly arguments: string; readonly modelId?: string }[];
    readonly finish: ModelFinish;
    readonly reason?: string;
    readonly code?: ModelFailure;
  };
};

const ENDINGS: readonly Ending[] = ['close', 'stall', 'kill'];
const folder = new URL('../../fixtures/model-streams/', import.meta.url);

/** Every recorded deviation: `key: value` lines, a line of `---`, then the body byte for byte. */
export function streamFixtures(): readonly StreamFixture[] {
  return readdirSync(folder)
    .toSorted()
    .map((file) => {
      const content = readFileSync(new URL(file, folder), 'utf8');
      const end = content.indexOf('---\n');
      const head = new Map(
        content
          .slice(0, end)
          .trimEnd()
          .split('\n')
          .map((line): [string, string] => [line.slice(0, line.indexOf(': ')), line.slice(line.indexOf(': ') + 2)]),
      );
      return {
        name: file.replace(/\.sse$/, ''),
        source: head.get('source') ?? '',
        covers: head.get('covers') ?? '',
        status: Number(head.get('status') ?? 200),
        type: head.get('type') ?? 'text/event-stream',
        ending: ENDINGS.find((ending) => ending === head.get('ending')) ?? 'close',
        body: Buffer.from(content.slice(end + 4)),
        expected: JSON.parse(head.get('expect') ?? '{}') as StreamFixture['expected'],
      };
    });
}

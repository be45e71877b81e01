import { describe, expect, test } from 'vitest';
import type { CallEvent, FetchedDocument } from '../../src/call/event.ts';
import type { CallLog } from '../../src/interpret/ports.ts';
import { until } from '../support/until.ts';

const CALL = 'desk/CA1';
/** A call with documents of every kind, two of them twice. */
const STORY: readonly CallEvent[] = [
  program('https://a.example/', 'Grüße'),
  program('https://b.example/', 'Grüße'),
  {
    kind: 'invalid',
    url: 'https://c.example/',
    source: '<Response><Nonsense/>',
    faults: ['1:11: unknown verb'],
  } as const,
  { kind: 'unavailable', url: 'https://d.example/', reason: 'the server answered 404' } as const,
  program('https://a.example/', 'Grüße'),
].flatMap((document, index): readonly CallEvent[] => [
  { kind: 'document', document, seq: 2 * index + 1, turn: 1, atMs: 7 },
  { kind: 'model-delta', hop: 0, text: `after ${index}`, seq: 2 * index + 2, turn: 1, atMs: 8 },
]);

function program(url: string, text: string): FetchedDocument {
  const markup = { name: 'Say', attributes: { voice: 'a' }, children: [text] };
  const verbs = [{ kind: 'passed', line: 1, markup, flow: 'plain' }] as const;
  return { kind: 'program', url, source: `<Response><Say>${text}</Say></Response>`, program: { hash: text, verbs } };
}

/** Events numbered from `first` on, told apart by their text. */
function events(first: number, count: number, text = 'x'): readonly CallEvent[] {
  return Array.from({ length: count }, (_, index) => ({
    kind: 'model-delta',
    seq: first + index,
    turn: 1,
    atMs: 0,
    hop: 0,
    text: `${text} ${first + index}`,
  }));
}

function seqsOf(list: readonly CallEvent[]): readonly number[] {
  return list.map(({ seq }) => seq);
}

/** Starts following; what has come so far stands in `seen`, and `ended` resolves when the iteration ends. */
function follow(
  log: CallLog,
  callId: string,
  from: number,
  signal: AbortSignal,
): { readonly seen: number[]; readonly ended: Promise<void> } {
  const seen: number[] = [];
  const run = async (): Promise<void> => {
    for await (const appended of log.follow(callId, from, signal)) {
      expect(appended).not.toEqual([]);
      seen.push(...seqsOf(appended));
    }
  };
  return { seen, ended: run() };
}

/** Proves an adapter of `CallLog`: every rule that its port states. `create` gives a new, empty log. */
export function testCallLog(name: string, create: () => CallLog | Promise<CallLog>): void {
  describe(`${name} as a call log`, () => {
    test('gives back what was appended, in order, from any number on', async () => {
      const log = await create();
      expect(await log.append(CALL, 0, events(1, 2))).toBe('appended');
      expect(await log.append(CALL, 2, events(3, 1))).toBe('appended');
      expect(await log.read(CALL, 1)).toEqual(events(1, 3));
      expect(await log.read(CALL, 3)).toEqual(events(3, 1));
      expect(await log.read(CALL, 4)).toEqual([]);
      expect(await log.read(CALL, 9)).toEqual([]);
    });

    test('has no events of an unknown call', async () => {
      const log = await create();
      expect(await log.read('desk/nobody', 1)).toEqual([]);
    });

    test.each([
      ['behind the end', 0],
      ['one before the end', 2],
      ['beyond the end', 4],
    ])('refuses an append %s, and appends nothing of it', async (_where, after) => {
      const log = await create();
      await log.append(CALL, 0, events(1, 3));
      expect(await log.append(CALL, after, events(after + 1, 2, 'other'))).toBe('conflict');
      expect(await log.read(CALL, 1)).toEqual(events(1, 3));
    });

    test('refuses an append to an unknown call that does not begin at its beginning', async () => {
      const log = await create();
      expect(await log.append('desk/nobody', 3, events(4, 1))).toBe('conflict');
      expect(await log.read('desk/nobody', 1)).toEqual([]);
    });

    test('lets exactly one of many writers at the same place win', async () => {
      const log = await create();
      const results = await Promise.all(
        Array.from({ length: 20 }, (_, writer) => log.append(CALL, 0, events(1, 2, `writer ${writer}`))),
      );
      expect(results.filter((result) => result === 'appended')).toHaveLength(1);
      const winner = results.indexOf('appended');
      expect(await log.read(CALL, 1)).toEqual(events(1, 2, `writer ${winner}`));
    });

    test('takes one of forty appends that are the same, and one of forty that are not', async () => {
      const log = await create();
      const race = async (after: number, text: (writer: number) => string): Promise<readonly number[]> => {
        const writers = Array.from({ length: 40 }, (_, writer) => writer);
        const results = await Promise.all(
          writers.map((writer) => log.append(CALL, after, events(after + 1, 3, text(writer)))),
        );
        return writers.filter((writer) => results[writer] === 'appended');
      };
      expect(await race(0, () => 'same')).toHaveLength(1);
      const [winner, ...others] = await race(3, (writer) => `writer ${writer}`);
      expect(others).toEqual([]);
      expect(await log.read(CALL, 1)).toEqual([...events(1, 3, 'same'), ...events(4, 3, `writer ${winner}`)]);
    });

    test('lets many writers who try again all get in, each once and without a gap', async () => {
      const log = await create();
      const write = async (writer: number): Promise<void> => {
        for (;;) {
          const { length } = await log.read(CALL, 1);
          if ((await log.append(CALL, length, events(length + 1, 2, `writer ${writer}:`))) === 'appended') return;
        }
      };
      await Promise.all(Array.from({ length: 12 }, (_, writer) => write(writer)));
      const kept = await log.read(CALL, 1);
      expect(seqsOf(kept)).toEqual(Array.from({ length: 24 }, (_, index) => index + 1));
      expect(new Set(kept.map((event) => ('text' in event ? event.text.split(':')[0] : ''))).size).toBe(12);
    });

    test('takes appends to many calls at once, each as far as its own call allows', async () => {
      const log = await create();
      const calls = Array.from({ length: 150 }, (_, index) => `desk/CA${index}`);
      const known = { kind: 'document', document: program('https://a.example/', 'Grüße'), turn: 1, atMs: 7 } as const;
      const first = (callId: string): readonly CallEvent[] => [{ ...known, seq: 1 }, ...events(2, 2, callId)];
      const begun = await Promise.all(calls.map((callId) => log.append(callId, 0, first(callId))));
      expect(new Set(begun)).toEqual(new Set(['appended']));
      const ended = await Promise.all(
        calls.map((callId, index) => log.append(callId, index % 3 === 0 ? 2 : 3, events(4, 1, callId))),
      );
      expect(ended).toEqual(calls.map((_, index) => (index % 3 === 0 ? 'conflict' : 'appended')));
      for (const [index, callId] of calls.entries()) {
        const more = index % 3 === 0 ? [] : events(4, 1, callId);
        expect(await log.read(callId, 1)).toEqual([...first(callId), ...more]);
      }
    });

    test('gives back a whole call, documents and all', async () => {
      const log = await create();
      const story = STORY;
      expect(await log.append('desk/CA3', 0, story)).toBe('appended');
      for (const [index, event] of story.entries()) {
        expect(await log.append(CALL, index, [event])).toBe('appended');
        expect(await log.append('desk/CA2', index, [event])).toBe('appended');
      }
      expect(await log.read(CALL, 1)).toEqual(story);
      expect(await log.read('desk/CA2', 2)).toEqual(story.slice(1));
      expect(await log.read('desk/CA3', story.length)).toEqual(story.slice(-1));
    });

    test.each([
      ['characters that databases refuse', 'a\u0000b \ud800 \uFFFF'],
      ['quotes and braces', `"'{}[],\\ $1 NULL`],
      ['letters of the whole world', 'Grüße, 你好, \u{1F600}'],
      ['a text of a megabyte', 'long '.repeat(200_000)],
      ['nothing at all', ''],
    ])('keeps %s', async (_what, text) => {
      const log = await create();
      await log.append(CALL, 0, events(1, 1, text));
      expect(await log.read(CALL, 1)).toEqual(events(1, 1, text));
    });

    test('keeps calls apart', async () => {
      const log = await create();
      await log.append(CALL, 0, events(1, 1));
      expect(await log.append('desk/CA2', 0, events(1, 2, 'other'))).toBe('appended');
      expect(await log.read(CALL, 1)).toEqual(events(1, 1));
    });

    test('does not change when a reader changes what it was given', async () => {
      const log = await create();
      await log.append(CALL, 0, events(1, 2));
      ((await log.read(CALL, 1)) as CallEvent[]).length = 0;
      expect(await log.read(CALL, 1)).toHaveLength(2);
    });

    describe('followed', () => {
      test('gives what is there and then what is appended, each once and in order', async () => {
        const log = await create();
        await log.append(CALL, 0, events(1, 2));
        const stop = new AbortController();
        const { seen, ended } = follow(log, CALL, 1, stop.signal);
        await until(() => seen.length === 2);
        await log.append(CALL, 2, events(3, 2));
        await log.append(CALL, 4, events(5, 1));
        await until(() => seen.length === 5);
        stop.abort();
        await ended;
        expect(seen).toEqual([1, 2, 3, 4, 5]);
      });

      test('from later on gives only what comes after', async () => {
        const log = await create();
        await log.append(CALL, 0, events(1, 2));
        const stop = new AbortController();
        const { seen, ended } = follow(log, CALL, 4, stop.signal);
        await log.append(CALL, 2, events(3, 3));
        await until(() => seen.length === 2);
        stop.abort();
        await ended;
        expect(seen).toEqual([4, 5]);
      });

      test('before its first event gives that too', async () => {
        const log = await create();
        const stop = new AbortController();
        const { seen, ended } = follow(log, CALL, 1, stop.signal);
        expect(await log.append(CALL, 0, events(1, 1))).toBe('appended');
        await until(() => seen.length === 1);
        stop.abort();
        await ended;
        expect(seen).toEqual([1]);
      });

      test('ends without an error when it is aborted while it waits', async () => {
        const log = await create();
        const stop = new AbortController();
        const { seen, ended } = follow(log, CALL, 1, stop.signal);
        stop.abort();
        await expect(ended).resolves.toBeUndefined();
        expect(seen).toEqual([]);
      });

      test('ends at once when it was aborted before', async () => {
        const log = await create();
        await log.append(CALL, 0, events(1, 2));
        const { seen, ended } = follow(log, CALL, 1, AbortSignal.abort());
        await ended;
        expect(seen).toEqual([]);
      });

      test('by many gives each of them everything', async () => {
        const log = await create();
        const stop = new AbortController();
        const followers = Array.from({ length: 10 }, () => follow(log, CALL, 1, stop.signal));
        await log.append(CALL, 0, events(1, 2));
        await log.append(CALL, 2, events(3, 2));
        await until(() => followers.every(({ seen }) => seen.length === 4));
        stop.abort();
        await Promise.all(followers.map(({ ended }) => ended));
        expect(followers.map(({ seen }) => seen)).toEqual(followers.map(() => [1, 2, 3, 4]));
      });

      test('and left in the middle takes nothing from the others', async () => {
        const log = await create();
        await log.append(CALL, 0, events(1, 3));
        for await (const appended of log.follow(CALL, 1, new AbortController().signal)) if (appended.length > 0) break;
        expect(seqsOf(await log.read(CALL, 1))).toEqual([1, 2, 3]);
      });
    });
  });
}

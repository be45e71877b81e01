import type { Chance } from './chance.ts';
import type { Point } from './points.ts';
import type { Tale } from './story.ts';

/** What is going on when the process is killed: the caller is greeted, or gets a wish. */
export type Exchange = 'greeting' | Tale;

type Recognise = (point: Point) => boolean;

/** A step of a turn at which a process may be killed, and how it is recognised from outside. */
export type Step = {
  readonly name: string;
  /** In which exchanges it comes. */
  readonly exchanges: readonly Exchange[];
  /** Whether it is told by what the process says to a server of Postgres. */
  readonly isStatement: boolean;
  /** The last of how many such moments of one exchange may be meant; the first is always there. */
  readonly times: number;
  readonly isIt: Recognise;
};

const ALL = ['greeting', 'talk', 'order'] as const;
const WISHES = ['talk', 'order'] as const;
const ORDER = ['order'] as const;

function seen(name: string, exchanges: readonly Exchange[], kind: Point['kind'], times: number): Step {
  return { name, exchanges, isStatement: false, times, isIt: (point) => point.kind === kind };
}

/** Events are elements of an array, in whose text their quotes are escaped. */
function unescaped(text: string): string {
  return text.replaceAll('\\"', '"');
}

/** Around the append of an event of this kind. */
function appended(event: string, times: number, exchanges: readonly Exchange[], where: string): readonly Step[] {
  const isIt =
    (kind: 'statement' | 'statement-done'): Recognise =>
    (point) =>
      point.kind === kind && unescaped(point.text).includes(`"kind":"${event}"`);
  return [
    { name: `before ${where}`, exchanges, isStatement: true, times, isIt: isIt('statement') },
    { name: `after ${where}`, exchanges, isStatement: true, times, isIt: isIt('statement-done') },
  ];
}

/** In the order in which they come in a turn. */
export const STEPS: readonly Step[] = [
  ...appended('turn-start', 1, ALL, 'the claim'),
  seen('the document is asked for', ALL, 'document-asked', 1),
  seen('the model is asked', WISHES, 'model-asked', 1),
  seen('in mid-stream', WISHES, 'model-piece', 8),
  seen('after the model', WISHES, 'model-done', 1),
  ...appended('model-delta', 3, ['talk'], 'the append of a sentence'),
  ...appended('tool-start', 2, ORDER, 'the append of a tool request'),
  seen('the tool has been asked', ORDER, 'tool-asked', 3),
  seen('the tool has answered', ORDER, 'tool-answered', 3),
  ...appended('tool-end', 2, ORDER, 'the append of a tool result'),
  ...appended('turn-end', 1, ALL, 'the append of the end'),
  ...appended('answered', 2, ALL, 'the append of the answer'),
  seen('while answering', ALL, 'answering', 2),
  seen('between two answers', WISHES, 'answered', 1),
];

/** At a time, not at a step: for an engine whose statements cannot be seen. */
export const SWEPT: Pick<Step, 'name' | 'exchanges'> = { name: 'at any time of the turn', exchanges: WISHES };

/** Says, once, that a moment of this step is there. */
export function trapFor({ isIt, times, exchanges }: Step, exchange: Exchange, chance: Chance): Recognise {
  // A greeting is one append and one answer.
  let left = exchange === 'greeting' || exchanges.length === 0 ? 1 : chance.between(1, times);
  return (point) => {
    if (left === 0 || !isIt(point)) return false;
    left -= 1;
    return left === 0;
  };
}

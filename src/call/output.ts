import type { Markup, Stage } from './program.ts';

/** Where a call can go on from. The platform is sent back to us with the number of the output that holds it. */
export type Exit =
  /** The caller answered the Gather at this verb, or stayed silent in it. */
  | { readonly kind: 'reply'; readonly verb: number }
  /** The running program goes on at this verb. */
  | { readonly kind: 'verbs'; readonly from: number }
  /** A Dial that the model asked for at this verb has ended; `call` is its tool call. */
  | { readonly kind: 'dialled'; readonly verb: number; readonly call: string }
  /** What the caller says is answered by the Gather at this verb, because the platform has lost its way. */
  | { readonly kind: 'again'; readonly verb: number }
  /**
   * This document is fetched and runs from its top. Where the Gather before it collected nothing, the running program
   * goes on at the verb `silent` instead, if there is one.
   */
  | { readonly kind: 'stage'; readonly stage: Stage; readonly silent?: number };

/** Why something is said, which decides whether it belongs to the conversation. */
export type SpeechRole = 'reply' | 'filler' | 'reprompt' | 'notice';

/** What a call does, free of any platform's dialect. */
export type CallOutput =
  | {
      readonly kind: 'speech';
      readonly role: SpeechRole;
      readonly text: string;
      readonly voice?: string;
      readonly language?: string;
    }
  /** An element that the platform carries out itself. `greeting` ones stand inside the Gather that follows. */
  | {
      readonly kind: 'passed-verb';
      readonly markup: Markup;
      readonly greeting: boolean;
      readonly exit?: Exit;
      readonly stageAttribute?: string;
    }
  /** Listen to the caller with this `<Gather>`. */
  | { readonly kind: 'listen'; readonly markup: Markup; readonly exit: Exit }
  | { readonly kind: 'redirect'; readonly exit: Exit }
  | { readonly kind: 'hangup' };

import type { ToolDefinition } from './tool.ts';

/** An element to be passed on to the platform. */
export type Markup = {
  readonly name: string;
  readonly attributes: { readonly [name: string]: string };
  readonly children: readonly (Markup | string)[];
};

/** A document of this leg that the platform is to be sent to: it comes back to us and we fetch it. */
export type Stage = { readonly url: string; readonly method: 'GET' | 'POST' };

/** What a `<Converse>` asks of the model. */
export type Conversation = {
  /** As written, `provider:name` or a bare name; absent: the operator's default. */
  readonly model?: string;
  readonly temperature?: number;
  /** Asked once where the model fails before it has said anything. */
  readonly fallback?: string;
  /** Of one reply. */
  readonly maxTokens?: number;
  readonly voice?: string;
  readonly language?: string;
  /** `none` starts afresh each time; `auto` keeps the conversation for the session. */
  readonly context: 'auto' | 'none';
  readonly sessionTools: readonly SessionToolName[];
  readonly prompts: readonly Prompt[];
  /** Whether `<Speech/>` stands in it. */
  readonly hearsCaller: boolean;
  /** In document order, names unique. */
  readonly tools: readonly ToolDefinition[];
  /** Where the model may send the call, as the document's author names it. Absent: nowhere by name. */
  readonly destinations?: readonly Destination[];
  /** Who is told how the conversation goes. */
  readonly statusCallback?: StatusCallback;
};

/** Whom a Dial rings: the noun in it, and the noun's text. */
export type Dialled = { readonly noun: 'Number' | 'Sip' | 'Client'; readonly text: string };

/** A `<Destination>`. Its name is its target where it has no other. */
export type Destination = {
  readonly name: string;
  /** Tells the model when to choose it. */
  readonly description?: string;
  /** Said to the caller before the call goes there. */
  readonly message?: string;
} & ({ readonly kind: 'dial'; readonly dialled: Dialled } | { readonly kind: 'redirect'; readonly url: string });

export type StatusCallbackEvent = 'in-progress' | 'llm-response' | 'tool-response' | 'completed';

export type StatusCallback = {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly events: readonly StatusCallbackEvent[];
};

/** What stands in a document as text, wherever it stands. */
export type Written = { readonly dialled: readonly Dialled[]; readonly urls: readonly string[] };

export type Prompt = { readonly role: 'system' | 'user' | 'assistant'; readonly text: string };

export type SessionToolName = 'hangup' | 'redirect' | 'dial';

/** A compiled top-level verb, URLs absolute. `line` is where the document has it. */
export type Verb =
  | {
      readonly kind: 'passed';
      readonly line: number;
      readonly markup: Markup;
      /** `plain` returns at once; `control` may wait or leave; `end` always leaves the document. */
      readonly flow: 'plain' | 'control' | 'end';
      /** The platform posts this verb's result here, through us; a Redirect's target. Put in place of `stageAttribute`. */
      readonly stage?: Stage;
      /** Where the stage's URL stands in the markup; absent for a Redirect, whose text it is. */
      readonly stageAttribute?: string;
    }
  | { readonly kind: 'converse'; readonly line: number; readonly conversation: Conversation }
  | {
      readonly kind: 'gather';
      readonly line: number;
      /** The `<Gather>` without action and without its children. */
      readonly markup: Markup;
      /** Say, Play and Pause before the Converse: the greeting. */
      readonly greeting: readonly Markup[];
      readonly conversation: Conversation;
      readonly stage: Stage;
      readonly actionOnEmptyResult: boolean;
    };

/** A compiled document. Two documents that compile alike have one hash. */
export type Program = {
  readonly hash: string;
  readonly verbs: readonly Verb[];
  /** Absent where no conversation may dial or redirect. */
  readonly written?: Written;
};

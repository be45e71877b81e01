import type { PlatformName } from '../../../src/call/request.ts';

/** A document that the carrier would refuse, with the rule it breaks. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}

/** What happened at the carrier, of which it tells the application. */
export type Fact =
  | { readonly kind: 'start' }
  | { readonly kind: 'redirect' }
  | { readonly kind: 'words'; readonly words: string }
  | { readonly kind: 'keys'; readonly keys: string }
  | { readonly kind: 'silence' }
  | { readonly kind: 'recording'; readonly url: string; readonly seconds: number }
  | { readonly kind: 'dialled'; readonly status: DialStatus }
  | { readonly kind: 'ended' };

export type DialStatus = 'completed' | 'busy' | 'no-answer' | 'failed';

export type Json = { readonly [name: string]: unknown };

/** One call at a carrier. */
export type CallFacts = { readonly id: string; readonly from: string; readonly to: string };

/** What a carrier is told to do, whatever language it was told in. */
export type Step =
  | { readonly kind: 'speech'; readonly text: string; readonly voice: string | undefined }
  | { readonly kind: 'audio'; readonly url: string }
  | { readonly kind: 'pause'; readonly seconds: number }
  | Listening
  | { readonly kind: 'redirect'; readonly url: string; readonly method: Method }
  | { readonly kind: 'record'; readonly action: string | undefined; readonly method: Method }
  | {
      readonly kind: 'dial';
      readonly to: readonly string[];
      readonly action: string | undefined;
      readonly method: Method;
    }
  | { readonly kind: 'end'; readonly how: 'hangup' | 'reject'; readonly reason: string | undefined };

export type Listening = {
  readonly kind: 'listen';
  /** Speech, audio and pauses meanwhile. */
  readonly prompts: readonly Step[];
  readonly hearsWords: boolean;
  readonly hearsKeys: boolean;
  /** Whether the caller's input ends the prompts. */
  readonly interruptible: boolean;
  readonly finishOnKey: string;
  readonly numDigits: number | undefined;
  readonly action: string | undefined;
  readonly method: Method;
  /** Whether a caller who stays silent leads to the action; else the next step runs. */
  readonly tellsOfSilence: boolean;
  readonly waitsMs: number;
};

export type Method = 'GET' | 'POST';

/** A request before its signature. */
export type Unsigned = {
  readonly method: Method;
  /** As the carrier knows it: under the public URL. */
  readonly url: string;
  readonly parameters: Json;
  readonly headers: { readonly [name: string]: string };
  readonly body: string;
};

export type Outgoing = Omit<Unsigned, 'parameters'>;

export type Answer = {
  readonly status: number;
  readonly type: string;
  readonly body: string;
  readonly tookMs: number;
};

/** Makes the headers by which the receiver knows a request as the carrier's. */
export type Sign = (request: Unsigned, key: string, atMs: number) => { readonly [name: string]: string };

/** Everything in which one carrier differs from the others. */
export type Carrier = {
  readonly name: PlatformName;
  /** What requests are signed with. */
  readonly key: string;
  /** A key of the same form that is somebody else's. */
  readonly otherKey: string;
  /** The server's environment: what it needs to know requests by. */
  readonly environment: { readonly [variable: string]: string };
  readonly parameters: (fact: Fact, call: CallFacts) => Json;
  readonly encoding: 'form' | 'json';
  /** Headers besides the signature, for one request of a call and its retries. */
  readonly headers?: (call: CallFacts, serial: number) => { readonly [name: string]: string };
  readonly sign: Sign;
  /** Whether the signature covers what a request says. */
  readonly covers: boolean;
  /** Whether a signature is good for five minutes only. */
  readonly expires: boolean;
  /** Milliseconds after which the carrier gives an answer up. */
  readonly readsForMs: number;
  /** Whether an answer without steps lets those run that stand after the one that asked; else it ends the call. */
  readonly goesOnWhenEmpty: boolean;
  /** The steps of a document. @throws Refusal */
  readonly read: (answer: Answer) => readonly Step[];
};

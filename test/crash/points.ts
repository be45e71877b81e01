/** A moment of a call that can be seen from outside of the process that serves it. */
export type Point =
  | { readonly kind: 'document-asked'; readonly callSid: string }
  /** The model has been asked; it has written a piece of its answer; it has written the end of it. */
  | { readonly kind: 'model-asked' | 'model-piece' | 'model-done'; readonly callSid: string; readonly hop: number }
  /** The receiver has done what it was asked for; and has answered. */
  | { readonly kind: 'tool-asked' | 'tool-answered'; readonly callSid: string }
  /** A statement is on its way to the database; and its answer is on the way back. */
  | { readonly kind: 'statement' | 'statement-done'; readonly text: string }
  /** The first bytes of an answer have reached the platform; and all of them. */
  | { readonly kind: 'answering' | 'answered'; readonly callSid: string };

/** Looks at each moment as it comes. True: the process has just been killed, and what was about to happen must not. */
export type Watch = (point: Point) => boolean;

/** Sentences of our own, said when neither the document nor the model has words for it. */
export type Lines = {
  /** While the caller waits; said in turn, so at least two keep one from following itself. */
  readonly fillers: readonly string[];
  /** To a caller who stayed silent, in order. */
  readonly reprompts: readonly string[];
  /** The model failed; the conversation goes on. */
  readonly apology: string;
  /** The model answered nothing. */
  readonly noAnswer: string;
  /** A Converse without a Gather has no answer, for whatever reason; the document goes on and nobody listens. */
  readonly setback: string;
  /** The call cannot go on; a hang-up follows. */
  readonly failure: string;
  /** The model hangs up without a word. */
  readonly goodbye: string;
  /** To a caller who said nothing at all; a hang-up follows. */
  readonly farewell: string;
  /** The call has lasted as long as it may; a hang-up follows. */
  readonly timeUp: string;
  /** Stands for the caller in a prompt that has no user line, so that the model opens the conversation. Never spoken. */
  readonly opening: string;
};

export const ENGLISH: Lines = {
  fillers: ['One moment, please.', 'I am still looking into it.', 'Thank you for waiting, it will not be long.'],
  reprompts: ['Are you still there?', 'I did not hear anything. Could you say that again?'],
  apology: 'I am sorry, something went wrong on my side. Could you say that again?',
  noAnswer: 'I am sorry, I have no answer to that. Could you put it another way?',
  setback: 'I am sorry, I cannot answer that right now.',
  failure: 'We are sorry, this call cannot be completed right now. Goodbye.',
  goodbye: 'Goodbye.',
  farewell: 'I cannot hear you, so I will end the call here. Goodbye.',
  timeUp: 'I am sorry, our time for this call is up. Goodbye.',
  opening: '(The caller has just been connected and has not spoken yet. Greet the caller.)',
};

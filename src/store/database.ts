// The one engine behind everything that is kept: Postgres, on a server or embedded. A driver is a few lines; what is said
// to it stands in `statements.ts`, and how an outage is ridden out in `ride-out.ts`.

export type Value =
  | string
  | number
  | null
  | readonly string[]
  | readonly (number | null)[]
  | readonly (string | null)[];

/** A statement by a name under which the server keeps its plan. `Row` is what comes back. */
export type Statement<Row> = {
  readonly name: string;
  readonly text: string;
  /** Only a type: never there. */
  readonly row?: Row;
};

/** A statement with the type of its rows. One name stands for one text for ever. */
export function statement<Row>(name: string, text: string): Statement<Row> {
  return { name, text };
}

/**
 * What the failure of a statement means: the server is away or not itself, so that no other would fare better (`outage`); this
 * one would, later (`passing`); or it never will (`lasting`).
 */
export type Failure = 'outage' | 'passing' | 'lasting';

export type Database = {
  /** As operators are told where their calls are kept, what that promises and what it costs. No password. */
  readonly description: string;
  /** Whether other processes may write to it. */
  readonly isShared: boolean;
  /** Runs one statement, which commits by itself. Rejects with the driver's own error, within a bounded time. */
  query<Row>(statement: Statement<Row>, values: readonly Value[]): Promise<readonly Row[]>;
  /** Runs statements one after the other, all or none. Takes as long as it takes. */
  run(script: string): Promise<void>;
  failureOf(error: unknown): Failure;
  /**
   * Calls `onMessage` with each payload notified on the channel, and `onGap` whenever some may have been missed. Listens
   * again by itself when the connection was lost.
   */
  listen(channel: string, onMessage: (payload: string) => void, onGap: () => void): void;
  close(): Promise<void>;
};

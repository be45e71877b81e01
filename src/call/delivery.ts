/** A request that must reach its receiver at least once, kept with the events that cause it. */
export type Delivery = {
  /** Equal on every attempt, so that the receiver can tell a repeat: its `webhook-id`. */
  readonly id: string;
  readonly agent: string;
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly contentType: string;
  readonly body: string;
  /** Name of the agent's secret that signs it; absent: it is sent unsigned. */
  readonly secret?: string;
};

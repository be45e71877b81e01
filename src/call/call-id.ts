/** A call's id in the log: of the agent and of the platform's own id, safe in a URL and in a header. */
export function callIdOf(agent: string, callSid: string): string {
  return `${agent}/${encodeURIComponent(callSid)}`;
}

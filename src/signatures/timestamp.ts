/** How far a receiver lets a timestamp be off, in seconds. */
const TOLERANCE_SECONDS = 300;

/** True for a Unix time in whole seconds that is within five minutes of `nowSeconds`. */
export function isRecent(timestamp: string, nowSeconds: number): boolean {
  return /^\d{1,12}$/.test(timestamp) && Math.abs(nowSeconds - Number(timestamp)) <= TOLERANCE_SECONDS;
}

/** Resolves once `condition` holds; fails loudly when it does not within a second. */
export async function until(condition: () => boolean): Promise<void> {
  const endsAtMs = performance.now() + 1_000;
  while (!condition()) {
    if (performance.now() > endsAtMs) throw new Error(`never came true: ${condition.toString()}`);
    await new Promise<void>((resolve) => void setImmediate(resolve));
  }
}

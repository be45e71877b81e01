/** A map that forgets what was unused for longest when its entries outgrow `maxWeight`. */
export interface Lru<Value> {
  get(key: string): Value | undefined;
  /** An entry heavier than the whole map is not kept. */
  set(key: string, value: Value, weight: number): void;
  delete(key: string): void;
}

export function createLru<Value>(maxWeight: number): Lru<Value> {
  // A Map keeps its insertion order, so the first entry is always the one unused for longest.
  const entries = new Map<string, { readonly value: Value; readonly weight: number }>();
  let total = 0;

  function remove(key: string): void {
    total -= entries.get(key)?.weight ?? 0;
    entries.delete(key);
  }

  return {
    get(key) {
      const entry = entries.get(key);
      if (entry === undefined) return undefined;
      entries.delete(key);
      entries.set(key, entry);
      return entry.value;
    },
    set(key, value, weight) {
      remove(key);
      entries.set(key, { value, weight });
      total += weight;
      for (const oldest of entries.keys()) {
        if (total <= maxWeight) break;
        remove(oldest);
      }
    },
    delete: remove,
  };
}

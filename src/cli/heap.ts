// Imported before all else: at each full collection V8 settles when the next one comes, and the first is made while the
// modules are loaded.
import { setFlagsFromString } from 'node:v8';

/**
 * The old part of the heap may grow to three times what is alive before it is collected whole.
 *
 * Each full collection makes the turns in progress old, and by itself V8 lets the heap grow by little more than those before
 * the next: with 1,000 calls there was one every 1.4 seconds, and each held up callers for 20 to 60 ms. On one processor it
 * was 76 to 142 ms, because V8's helpers take it from the turns.
 */
setFlagsFromString('--heap-growing-percent=200');

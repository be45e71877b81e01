import { expect } from 'vitest';

/** What a cell of these lists has; one that has begun to pass fails for it, and leaves its list. */
export const SOME_FAULT: unknown = expect.arrayContaining([expect.any(String)]);

/** Cells, `carrier-scenario`, that fail because their part is not there yet. */
export const NOT_YET: readonly string[] = [];
/** Single requests, `carrier: title`. */
export const NOT_YET_REQUESTS: readonly string[] = [];

import type { Dialect } from '../dialect.ts';

/** CXML is what documents are written in. */
export const cloudonix: Dialect = {};

import { isDeepStrictEqual } from 'node:util';

/** Something that was found, beside what was expected. */
export type Claim = { readonly what: string; readonly found: unknown; readonly expected: unknown };

export const claim = (what: string, found: unknown, expected: unknown): Claim => ({ what, found, expected });

/** A line for every claim that does not hold. */
export function faultsOf(claims: readonly Claim[]): readonly string[] {
  return claims
    .filter(({ found, expected }) => !isDeepStrictEqual(found, expected))
    .map(({ what, found, expected }) => `${what}: found ${shown(found)}; expected ${shown(expected)}`);
}

const shown = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value));

/** The faults of claims that are still being gathered; what keeps them from it is one. */
export async function faultsIn(claims: () => Promise<readonly Claim[]>): Promise<readonly string[]> {
  try {
    return faultsOf(await claims());
  } catch (error) {
    return [String(error)];
  }
}

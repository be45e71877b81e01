import type { Settings } from '../interpret/decision.ts';
import { ENGLISH, type Lines } from '../interpret/lines.ts';

/** What of an agent's settings is not as it is by default. */
export type OwnSettings = Partial<Omit<Settings, 'lines'>> & { readonly lines?: Partial<Lines> };

/** The settings of an agent that has none of its own. */
export const PLAIN_SETTINGS: Settings = { lines: ENGLISH };

/** What of these settings a fixture has to hold; undefined where they are those of an agent without any. */
export function ownSettings({ lines, ...others }: Settings): OwnSettings | undefined {
  const ownLines = changed<Partial<Lines>>(lines, PLAIN_SETTINGS.lines);
  const own = {
    ...(ownLines !== undefined && { lines: ownLines }),
    ...changed<Partial<Omit<Settings, 'lines'>>>(others, PLAIN_SETTINGS),
  };
  return Object.keys(own).length === 0 ? undefined : own;
}

function changed<T extends object>(values: T, plain: T): T | undefined {
  const different = Object.entries(values).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(plain[name as keyof T]),
  );
  return different.length === 0 ? undefined : (Object.fromEntries(different) as T);
}

/** The settings that a fixture's call ran under. */
export function settingsFrom(own: OwnSettings | undefined, settings: Settings): Settings {
  return { ...settings, ...own, lines: { ...settings.lines, ...own?.lines } };
}

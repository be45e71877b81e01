// Callers who speak again and again while the store is away, and what came of their calls.
import { setTimeout as delay } from 'node:timers/promises';
import { ENGLISH } from '../../src/interpret/lines.ts';
import type { Caller } from '../crash/caller.ts';
import { faultsOf } from '../crash/judge.ts';
import { faultsInLog } from '../crash/log.ts';
import type { Nodes } from './nodes.ts';

/** Of a caller who thinks before they speak again. */
const THINKING_MS = 300;
/** How long callers speak before the store goes away, and after it is back. */
const BEFORE_MS = 1_500;
const AFTERWARDS_MS = 3_000;

export type Load = {
  /** Turns that were begun and, of them, those whose reply was heard in full and in time. */
  readonly turns: number;
  readonly normal: number;
};

/** Callers who speak again and again, while the store goes away for so long and for a while afterwards. */
export async function loadWhile(
  callers: readonly Caller[],
  milliseconds: number,
  goAway: () => void | Promise<void>,
  comeBack: () => void | Promise<void>,
): Promise<Load> {
  const over = new AbortController();
  const passing = async (): Promise<void> => {
    await delay(BEFORE_MS);
    await goAway();
    await delay(milliseconds);
    await comeBack();
    await delay(AFTERWARDS_MS);
    over.abort();
  };
  let turns = 0;
  let normal = 0;
  const speaking = callers.map(async ({ record, arrives, wants }) => {
    await arrives();
    for (let number = 1; !over.signal.aborted && !record.isLost; number += 1) {
      const { length: soundsBefore } = record.sounds;
      const failuresBefore = record.failures;
      const faultsBefore = record.faults.length;
      const ref = `${record.callSid}w${number}`;
      turns += 1;
      await wants({ tale: 'short', ref });
      const heard = record.sounds.slice(soundsBefore).join(' ');
      const isNormal = record.failures === failuresBefore && record.faults.length === faultsBefore;
      if (isNormal && heard.trim() === `Part 1 of ${ref}.`) normal += 1;
      await delay(THINKING_MS);
    }
  });
  await Promise.all([passing(), ...speaking]);
  return { turns, normal };
}

/** Every fault of these calls, and of what is kept of them. */
export async function faultsAfter(nodes: Nodes, callers: readonly Caller[]): Promise<readonly string[]> {
  const lines = [ENGLISH.apology, ...ENGLISH.fillers];
  const found = callers.flatMap(({ record }) =>
    faultsOf(record, nodes.surroundings.seen(record.callSid), lines).map(
      (fault) => `${record.manner} ${record.callSid}: ${fault}`,
    ),
  );
  const records = callers.map(({ record }) => record);
  const inLog = [...(await faultsInLog(nodes.place, records)).values()].flat();
  // What is said while nothing can be kept is no answer of a turn.
  return [...found, ...inLog.filter((fault) => !lines.some((line) => fault.includes(`>${line}<`)))];
}

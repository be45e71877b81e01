import { MANNERS } from './caller.ts';
import type { Outcome } from './lane.ts';
import { STEPS, SWEPT } from './steps.ts';

type Tally = { readonly kills: number; readonly fine: number; readonly lost: number; readonly faulty: number };

/** The outcomes as text: for each lane a row for each step, for each manner its kills, and what came of them. */
export function tableOf(outcomes: readonly Outcome[]): string {
  const lanes = [...new Set(outcomes.map(({ lane }) => lane))];
  return lanes
    .map((lane) => {
      const own = outcomes.filter((outcome) => outcome.lane === lane);
      const rows = [...STEPS.map(({ name }) => name), SWEPT.name]
        .map((step) => ({ step, list: own.filter((outcome) => outcome.step === step) }))
        .filter(({ list }) => list.length > 0);
      return [line(lane, MANNERS), ...rows.map(({ step, list }) => rowOf(step, list)), rowOf('all', own)].join('\n');
    })
    .concat('kills: fine + lost + faulty. Only a platform that leaves may lose its call.')
    .join('\n\n');
}

function rowOf(step: string, list: readonly Outcome[]): string {
  return line(
    step,
    MANNERS.map((manner) => {
      const { kills, fine, lost, faulty } = tallyOf(list.filter((outcome) => outcome.manner === manner));
      return kills === 0 ? '-' : `${kills}: ${fine} + ${lost} + ${faulty}`;
    }),
  );
}

function line(first: string, cells: readonly string[]): string {
  return `${first.padEnd(36)}${cells.map((cell) => cell.padStart(18)).join('')}`;
}

/** How often processes were killed, and what became of the calls. */
export function tallyOf(outcomes: readonly Outcome[]): Tally {
  const killed = outcomes.filter(({ isKilled }) => isKilled);
  const faulty = killed.filter(({ faults }) => faults.length > 0);
  const lost = killed.filter(({ faults, isLost }) => faults.length === 0 && isLost);
  return {
    kills: killed.length,
    fine: killed.length - faulty.length - lost.length,
    lost: lost.length,
    faulty: faulty.length,
  };
}

/** One line for each fault, which says where to look. */
export function faultLines(outcomes: readonly Outcome[]): readonly string[] {
  return outcomes.flatMap(({ lane, step, exchange, manner, callSid, faults }) =>
    faults.map((fault) => `${lane} / ${step} / ${exchange} / ${manner} / ${callSid}: ${fault}`),
  );
}

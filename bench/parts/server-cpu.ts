import { readdirSync, readFileSync } from 'node:fs';

/** The clock in which Linux counts the CPU of processes. */
const TICK_MICROS = 10_000;

/**
 * User and system time of all Postgres processes of this machine so far, in microseconds; undefined where the system does
 * not tell. Other work of the same server is in it.
 *
 * @see https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
 */
export function postgresCpuMicros(): number | undefined {
  const ticks = pids().flatMap(postgresTicks);
  return ticks.length === 0 ? undefined : ticks.reduce((sum, each) => sum + each, 0) * TICK_MICROS;
}

function pids(): readonly string[] {
  try {
    return readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
}

/** Of a process, and of those of its children that are gone: a connection's time goes to who waited for its end. */
function postgresTicks(pid: string): readonly number[] {
  try {
    const [, name, rest = ''] = /\((.*)\) (.*)$/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8').trim()) ?? [];
    return name === 'postgres' ? rest.split(' ').slice(11, 15).map(Number) : [];
  } catch {
    return [];
  }
}

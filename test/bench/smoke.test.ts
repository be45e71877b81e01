// Each benchmark, small and short: whether its figures can be trusted, not what they are.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

/** Several processes start, on a machine that may be busy. */
const MOST_MS = 90_000;

type Ended = { readonly code: number | string; readonly output: string; readonly problems: string };

function run(name: string, ...args: readonly string[]): Promise<Ended> {
  const script = fileURLToPath(new URL(`../../bench/${name}.ts`, import.meta.url));
  return new Promise((resolve) => {
    execFile(process.execPath, [script, ...args], { timeout: MOST_MS }, (error, output, problems) =>
      resolve({ code: error === null ? 0 : (error.code ?? error.signal ?? 'killed'), output, problems }),
    );
  });
}

test('turn: no wrong turn, and a CPU figure for each service in each mode', { timeout: MOST_MS }, async () => {
  const { code, output, problems } = await run('turn', '--rounds', '1', '--calls', '4');
  expect(problems).toBe('');
  expect(code).toBe(0);
  const rows = [...output.matchAll(/^(instant|streamed) +(baseline|memory) +(\d+) +([\d.]+).* (\d+)$/gm)];
  expect(rows.map(([, mode, service]) => `${mode} ${service}`)).toEqual([
    'instant baseline',
    'instant memory',
    'streamed baseline',
    'streamed memory',
  ]);
  for (const [, , , cpuMicros, ratio, wrong] of rows) {
    expect(Number(cpuMicros)).toBeGreaterThan(0);
    expect(Number(ratio)).toBeGreaterThan(0);
    expect(Number(wrong)).toBe(0);
  }
  expect(output).not.toContain('NaN');
});

test('load: turns are measured, and nothing is left after the last call', { timeout: MOST_MS }, async () => {
  const small = ['--calls', '5', '--minutes', '0.05', '--turn-seconds', '1', '--turns', '2'];
  const { code, output, problems } = await run('load', ...small);
  expect(problems).toBe('');
  expect(code).toBe(0);
  const [, turnsPerSecond, p50, heap] = /^ +0\.05 +([\d.]+) +([\d.]+) \/ [\d.]+ +([\d.]+)/m.exec(output) ?? [];
  for (const figure of [turnsPerSecond, p50, heap]) expect(Number(figure)).toBeGreaterThan(0);
  expect(output).toMatch(/^after the last call: heap [\d.]+ MB/m);
});

test('load: a limit that no turn keeps fails the run, and says why', { timeout: MOST_MS }, async () => {
  const small = ['--calls', '2', '--minutes', '0.03', '--turn-seconds', '1', '--p99', '0'];
  const { code, problems } = await run('load', ...small);
  expect(code).toBe(1);
  expect(problems).toMatch(/the p99 of added time is [\d.]+ ms, the limit is 0 ms/);
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';

const MODULE = new URL('../../src/cli/log-lines.ts', import.meta.url).href;
/** Logs two lines and exits at once when it is told to. */
const PROGRAM = `
  import { logLinesTo } from '${MODULE}';
  const lines = logLinesTo(process.stderr);
  process.stdin.once('data', () => {
    lines.write('one\\n');
    lines.write('two\\n');
    process.exit(3);
  });
  console.log('ready');`;

async function started() {
  const child = spawn(process.execPath, ['--input-type=module', '-e', PROGRAM], { stdio: 'pipe' });
  await once(child.stdout, 'data');
  return child;
}

test('what was logged last is written when the process exits', async () => {
  const child = await started();
  const problems = text(child.stderr);
  child.stdin.write('go');
  expect(await once(child, 'exit')).toEqual([3, null]);
  expect(await problems).toBe('one\ntwo\n');
}, 10_000);

test('a process whose log nobody reads any more exits all the same', async () => {
  const child = await started();
  child.stderr.destroy();
  child.stdin.write('go');
  expect(await once(child, 'exit')).toEqual([3, null]);
}, 10_000);

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { LOAD_FLAGS, TURN_FLAGS } from '../../bench/parts/flags.ts';

const PAGE = readFileSync(new URL('../../docs/performance.md', import.meta.url), 'utf8');

test.each([
  ['npm run bench', TURN_FLAGS],
  ['npm run load', LOAD_FLAGS],
])('the page lists every option of %s, with its default', (command, flags) => {
  const section = PAGE.split(`    ${command}\n`)[1]?.split('\n## ')[0] ?? '';
  const listed = [...section.matchAll(/^\| `--([\w-]+) <\w+>` \| (.*) \|$/gm)].map(([, name, about]) => [name, about]);
  const expected = Object.entries(flags).map(([name, flag]) => [
    name,
    'byDefault' in flag ? `${flag.about}; default ${flag.byDefault}` : flag.about,
  ]);
  expect(listed).toEqual(expected);
});

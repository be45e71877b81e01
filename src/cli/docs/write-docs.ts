// `npm run docs`: writes what is made from the sources beside them. The tests fail when a file is not what this writes.
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { generatedFiles } from './generated-files.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

for (const [name, text] of generatedFiles()) {
  await mkdir(path.dirname(path.join(ROOT, name)), { recursive: true });
  await writeFile(path.join(ROOT, name), text);
  process.stdout.write(`${name}\n`);
}

// Compiles the command line and the library to dist/, from nothing, so that a file that was deleted is in no package.
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { launch } from './launch.js';

const fromRoot = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url));

rmSync(fromRoot('dist'), { recursive: true, force: true });
launch(fromRoot('node_modules/typescript/bin/tsc'), ['-p', fromRoot('tsconfig.build.json')]);

#!/usr/bin/env node
// Starts the command line: of a checkout from its sources, of an installed package as it was built. Node strips no types
// below node_modules, so the package has no sources to run.
import { existsSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { isRecentNode, refuseOldNode } from './node-version.js';

const source = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url));

if (existsSync(source)) {
  void import('../runtime/launch.js').then(({ launch }) => launch(source, process.argv.slice(2)));
} else if (isRecentNode()) {
  void import('../dist/src/cli/main.js');
} else {
  refuseOldNode('install it from https://nodejs.org, or run "npx -p node@24 -- colloquy"');
}

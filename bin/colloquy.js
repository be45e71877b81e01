#!/usr/bin/env node
import { fileURLToPath } from 'node:url';
import { launch } from '../runtime/launch.js';

launch(fileURLToPath(new URL('../src/cli/main.ts', import.meta.url)), process.argv.slice(2));

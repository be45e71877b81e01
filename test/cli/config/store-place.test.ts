import { expect, test } from 'vitest';
import type { Environment, Flags } from '../../../src/cli/config/layers.ts';
import { readConfigText, settleLayers } from '../../../src/cli/config/settle.ts';
import { storePlaceOf } from '../../../src/cli/config/store-place.ts';
import type { StorePlace } from '../../../src/store/store.ts';

const URL = 'postgres://x:y@db.example/z';

function placeOf(file: object, flags: Flags, environment: Environment): StorePlace {
  const { settled } = settleLayers(readConfigText('shop.json', JSON.stringify(file)), flags, environment);
  return storePlaceOf(settled, environment);
}

test.each<[string, object, Flags, Environment, StorePlace]>([
  ['a folder', {}, {}, {}, { kind: 'folder', folder: 'colloquy-data' }],
  ['a folder, the variable being blank', {}, {}, { DATABASE_URL: ' ' }, { kind: 'folder', folder: 'colloquy-data' }],
  ['the folder of a flag', {}, { dataFolder: '/calls' }, {}, { kind: 'folder', folder: '/calls' }],
  ['the server', {}, {}, { DATABASE_URL: URL }, { kind: 'postgres', url: URL, connections: 10 }],
  ['memory in spite of a server', {}, { store: 'memory' }, { DATABASE_URL: URL }, { kind: 'memory' }],
  [
    'a folder in spite of a server',
    { store: 'folder', dataFolder: '/calls' },
    {},
    { DATABASE_URL: URL },
    { kind: 'folder', folder: '/calls' },
  ],
  [
    'the server of another variable',
    { database: 'CALLS_DB', connections: 4 },
    {},
    { DATABASE_URL: 'postgres://other/one', CALLS_DB: URL },
    { kind: 'postgres', url: URL, connections: 4 },
  ],
  [
    'a server by its socket',
    {},
    {},
    { DATABASE_URL: 'postgresql:///calls?host=/run' },
    { kind: 'postgres', url: 'postgresql:///calls?host=/run', connections: 10 },
  ],
])('calls are kept in %s', (_what, file, flags, environment, place) => {
  expect(placeOf(file, flags, environment)).toEqual(place);
});

test.each<[string, Flags, Environment, string]>([
  [
    'is not set',
    { store: 'postgres' },
    {},
    'store is postgres, and DATABASE_URL, where the URL of the server is expected, is not set',
  ],
  [
    'is no URL',
    {},
    { DATABASE_URL: 'geheim@db' },
    'DATABASE_URL is not the URL of a server; expected postgres://user:password@host:port/database',
  ],
])('a server whose variable %s is one line without what is in it', (_what, flags, environment, problem) => {
  expect(() => placeOf({}, flags, environment)).toThrow(problem);
});

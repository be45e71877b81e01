import { expect, test } from 'vitest';
import { createLru } from '../../src/documents/lru.ts';

test('forgets what was unused for longest', () => {
  const lru = createLru<number>(3);
  for (const [key, value] of [
    ['a', 1],
    ['b', 2],
    ['c', 3],
  ] as const)
    lru.set(key, value, 1);
  expect(lru.get('a')).toBe(1);
  lru.set('d', 4, 1);
  expect(['a', 'b', 'c', 'd'].map((key) => lru.get(key))).toEqual([1, undefined, 3, 4]);
});

test('weighs its entries, and a replaced one once', () => {
  const lru = createLru<string>(10);
  lru.set('a', 'old', 9);
  lru.set('a', 'new', 4);
  lru.set('b', 'x', 6);
  expect([lru.get('a'), lru.get('b')]).toEqual(['new', 'x']);
  lru.delete('b');
  lru.set('c', 'y', 6);
  expect([lru.get('a'), lru.get('b'), lru.get('c')]).toEqual(['new', undefined, 'y']);
});

test('does not keep an entry that outweighs it', () => {
  const lru = createLru<string>(10);
  lru.set('huge', 'x', 11);
  expect(lru.get('huge')).toBeUndefined();
});

import { expect, test } from 'vitest';
import { testCallLog } from '../contract/call-log.ts';
import { testDeliverer } from '../contract/delivering.ts';
import { testOutbox } from '../contract/outbox.ts';
import { testSecrets } from '../contract/secrets.ts';
import { testSweeping } from '../contract/sweeping.ts';
import { useFolder } from '../support/database.ts';
import { sqlStoreOver } from '../support/stores.ts';

const empty = useFolder();
testCallLog('a folder', async () => sqlStoreOver(await empty()).log);
testOutbox('a folder', async () => sqlStoreOver(await empty()));
testDeliverer('a folder', async () => sqlStoreOver(await empty()));
testSweeping('a folder', empty);
testSecrets('a folder', empty);

test('a loop of appends in a folder leaves timers their turn', async () => {
  const { log } = sqlStoreOver(await empty());
  const startedAt = performance.now();
  const fired = new AbortController();
  let firedAfterMs = Infinity;
  setTimeout(() => {
    firedAfterMs = performance.now() - startedAt;
    fired.abort();
  }, 20);
  for (let seq = 1; !fired.signal.aborted && performance.now() < startedAt + 2_000; seq += 1) {
    await log.append('desk/CA1', seq - 1, [{ kind: 'interrupted', seq, turn: 1, atMs: 0 }]);
  }
  expect(firedAfterMs).toBeLessThan(500);
});

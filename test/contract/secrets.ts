import { afterEach, describe, expect, test } from 'vitest';
import { sendDelivery } from '../../src/deliveries/send.ts';
import { createHttpClient } from '../../src/http/client.ts';
import { statement, type Database } from '../../src/store/database.ts';
import { deliver, soon, stopDeliverers } from '../support/deliverers.ts';
import { startServer } from '../support/servers.ts';
import { sqlStoreOver } from '../support/stores.ts';
import { delivery } from './outbox.ts';

const KEY = Buffer.from('this is nobody’s business').toString('base64');
const TABLES = statement<{ name: string }>(
  'tables_of_ours',
  `select table_name::text as name from information_schema.tables where table_schema = current_schema() and table_type = 'BASE TABLE'`,
);

/** Proves that secrets stay out of a database. `empty` gives it with its tables empty. */
export function testSecrets(name: string, empty: () => Promise<Database>): void {
  describe(`${name} and secrets`, () => {
    afterEach(stopDeliverers);

    test('no table holds a secret, nor what was made with it, whether deliveries succeed or fail', async () => {
      const database = await empty();
      const { log, outbox } = sqlStoreOver(database);
      const signatures: string[] = [];
      // A receiver that gives back whatever it was sent, first in a failure and then in a receipt.
      const server = await startServer(({ headers, body }, response) => {
        signatures.push(String(headers['webhook-signature']));
        response.writeHead(signatures.length === 1 ? 500 : 200, 'Oh', {
          'x-echo': String(headers['webhook-signature']),
        });
        response.end(JSON.stringify({ headers, body }));
      });
      const client = createHttpClient({ allow: [server.host] });
      const secrets = (_agent: string, name: string): string | undefined =>
        ({ crm: `whsec_${KEY}`, broken: `not base64 ${KEY}` })[name];
      await log.append(
        'desk/CA1',
        0,
        [{ kind: 'interrupted', seq: 1, turn: 1, atMs: 0 }],
        [
          delivery('signed', 'desk', { url: server.url, secret: 'crm' }),
          delivery('unsignable', 'desk', { url: server.url, secret: 'broken' }),
        ],
      );
      let unsigned = 0;
      const { errors } = deliver(
        { log, outbox },
        (each, signal) => sendDelivery(each, { client, secrets, now: Date.now }, signal),
        { onAttempt: ({ id }) => (unsigned += id === 'unsignable' ? 1 : 0) },
      );
      await soon(() => unsigned > 1 && signatures.length > 1);
      await stopDeliverers();
      expect(errors).toEqual([]);
      await client.close();

      const rows: string[] = [];
      const tables = await database.query(TABLES, []);
      for (const { name } of tables) {
        rows.push(JSON.stringify(await database.query(statement(`all_${name}`, `select * from ${name}`), [])));
      }
      const everything = rows.join('\n');
      expect(tables.map(({ name }) => name).toSorted()).toEqual([
        'appends',
        'calls',
        'colloquy_migrations',
        'deliveries',
        'delivery_attempts',
        'documents',
      ]);
      expect(everything).toContain('the receiver answered 500');
      expect(everything).toContain('cannot sign');
      for (const planted of [KEY, ...signatures.map((signature) => signature.replace('v1,', ''))]) {
        expect(everything).not.toContain(planted);
      }
    });
  });
}

// The museum's own server: its documents as they are, and the one that belongs to the key that was pressed.
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import process from 'node:process';
import { text } from 'node:stream/consumers';

const DOCUMENTS = new Set(['menu.xml', '1.xml', '2.xml', '3.xml', 'goodbye.xml', 'unknown.xml']);

/** The document at a path, for a caller who has pressed these keys. */
function documentFor(pathname, digits) {
  const name = pathname === '/choice' ? `${digits}.xml` : pathname.slice(1);
  if (DOCUMENTS.has(name)) return name;
  return pathname === '/choice' ? 'unknown.xml' : undefined;
}

const server = http.createServer(async (request, response) => {
  const { pathname } = new URL(request.url ?? '/', 'http://museum.example');
  const parameters = new URLSearchParams(await text(request));
  const name = documentFor(pathname, parameters.get('Digits') ?? '');
  if (name === undefined) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, { 'content-type': 'text/xml' }).end(await readFile(new URL(name, import.meta.url)));
});

server.listen(Number(process.env['PORT'] ?? 8080), '127.0.0.1', () => {
  process.stdout.write(`http://127.0.0.1:${server.address().port}/menu.xml\n`);
});

import { test } from 'vitest';
import { conversation, expectDiagnostics, expectValid } from '../../support/language.ts';

const tool = (url: string): string =>
  conversation(`<Tool name="a" url="${url}"><Description>Looks up an order.</Description></Tool>`);

test.each([
  ['this machine', 'http://localhost:3000/a', 'localhost'],
  ['a name of this machine', 'https://app.localhost/', 'app.localhost'],
  ['loopback', 'https://127.0.0.1/', '127.0.0.1'],
  ['loopback as one number', 'https://2130706433/', '127.0.0.1'],
  ['any address', 'https://0.0.0.0/', '0.0.0.0'],
  ['a private network of ten', 'http://10.1.2.3/', '10.1.2.3'],
  ['a private network of 172', 'https://172.16.0.1/', '172.16.0.1'],
  ['the end of it', 'https://172.31.255.255/', '172.31.255.255'],
  ['a private network of 192', 'https://192.168.0.1/', '192.168.0.1'],
  ['a link', 'https://169.254.169.254/latest', '169.254.169.254'],
  ['a carrier’s network', 'https://100.64.0.1/', '100.64.0.1'],
  ['loopback of version six', 'https://[::1]/', '[::1]'],
  ['no address of version six', 'https://[::]/', '[::]'],
  ['a private network of version six', 'https://[fd00::1]/', '[fd00::1]'],
  ['a link of version six', 'https://[fe80::1]/', '[fe80::1]'],
  ['version four in version six', 'https://[::ffff:10.0.0.1]/', '[::ffff:a00:1]'],
  ['a name of a private network', 'https://db.internal/', 'db.internal'],
  ['a name that is announced', 'https://printer.local/', 'printer.local'],
])('warns of %s', (_, url, host) => {
  expectDiagnostics(tool(url)).toEqual([
    {
      code: 'private-tool-url',
      at: '2:21',
      text: url,
      message: `the tool's URL is "${url}", on the private host ${host}`,
    },
  ]);
});

test.each([
  'https://172.15.0.1/',
  'https://172.32.0.1/',
  'https://100.63.0.1/',
  'https://100.128.0.1/',
  'https://192.167.1.1/',
  'https://11.0.0.1/',
  'https://[2001:db8::1]/',
  'https://localhost.example.com/',
  'https://local.example.com/',
])('takes %s', (url) => {
  expectValid(tool(url));
});

// Two calls to a repair shop, from the telephony platform to the tools and back, with every part a server of its own. The
// platforms, the application's host, the tools and the model are stand-ins on this machine; Colloquy is the real one,
// started by `colloquy serve`. With --live the model is the one that the environment names.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { cloudonix, readAnswer, twilio, type Carrier } from './carrier.ts';
import { modelServer } from './model-server.ts';
import { applicationHost, toolServer } from './servers.ts';

const COLLOQUY = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const KEYS = { twilioAuthToken: 'demo-token', cloudonixApiKey: 'demo-key' };
const SAID = ['Is my bike ready? The ticket says 42.', 'How much does it cost?', 'I will come on Friday. Bye!'];
/** What a child process needs of this one's environment; a key that happens to be set is none of it. */
const PASSED_ON = ['PATH', 'HOME', 'TMPDIR', 'TEMP', 'SystemRoot', 'NO_COLOR'];
const LIVE = ['OPENAI_API_KEY', 'OPENAI_BASE_URL', 'COLLOQUY_MODEL'];

const live = process.argv.includes('--live');
const print = (text: string): void => void process.stdout.write(`${text}\n`);

if (live && !process.env['OPENAI_API_KEY'] && !process.env['OPENAI_BASE_URL']) {
  print('--live needs OPENAI_API_KEY, or OPENAI_BASE_URL for a server that wants no key');
  process.exit(2);
}
print(live ? `model: ${liveModel()}` : 'model: a stand-in on this machine (--live uses the one the environment names)');

const folder = await mkdtemp(path.join(os.tmpdir(), 'colloquy-demo-'));
const tools = await toolServer((path, id, body) => print(`    tool    POST ${path} ${body}  (webhook-id ${id})`));
const application = await applicationHost(tools.origin);
const model = await modelServer();
const colloquy = spawn(process.execPath, [COLLOQUY, ...serveArguments()], {
  env: {
    ...environment(live ? [...PASSED_ON, ...LIVE] : PASSED_ON),
    TWILIO_AUTH_TOKEN: KEYS.twilioAuthToken,
    CLOUDONIX_API_KEY: KEYS.cloudonixApiKey,
    COLLOQUY_LOG_LEVEL: 'warn',
  },
  stdio: ['ignore', 'pipe', 'inherit'],
});
try {
  const voiceUrl = await voiceUrlOf(colloquy);
  for (const carrier of [twilio(KEYS), cloudonix(KEYS)]) await placeCall(carrier, voiceUrl);
  await ended(colloquy, 'SIGTERM');
  print('\nThe recorded calls, run again:');
  const replay = spawn(process.execPath, [COLLOQUY, 'replay', folder], { stdio: 'inherit' });
  process.exitCode = await ended(replay);
} finally {
  colloquy.kill('SIGKILL');
  for (const server of [tools, application, model]) server.close();
  await rm(folder, { recursive: true, force: true });
}

function liveModel(): string {
  const { COLLOQUY_MODEL = 'gpt-4o-mini', OPENAI_BASE_URL = 'https://api.openai.com/v1' } = process.env;
  return `${COLLOQUY_MODEL} at ${OPENAI_BASE_URL}`;
}

function serveArguments(): readonly string[] {
  const hosts = [tools, application].map(({ origin }) => new URL(origin).host);
  const app = `bikes=${application.origin}/application.xml`;
  const fixed = [
    'serve',
    '--app',
    app,
    '--port',
    '0',
    '--store',
    'memory',
    '--record',
    folder,
    '--allow-host',
    ...hosts,
  ];
  return live ? fixed : [...fixed, '--model-url', `${model.origin}/v1`];
}

function environment(names: readonly string[]): { readonly [name: string]: string } {
  return Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
}

/** The voice URL that `serve` prints once it listens. */
function voiceUrlOf(serve: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = '';
    serve.stdout?.setEncoding('utf8').on('data', (text: string) => {
      process.stdout.write(text);
      printed += text;
      const url = /\S+\/voice\/bikes/.exec(printed)?.[0];
      if (url !== undefined) resolve(url);
    });
    serve.on('exit', (code) => reject(new Error(`colloquy ended with code ${code}`)));
  });
}

async function placeCall(carrier: Carrier, voiceUrl: string): Promise<void> {
  print(`\n== ${carrier.name}`);
  const waiting = [...SAID];
  let url = voiceUrl;
  let said: string | undefined;
  for (let requests = 0; requests < 40; requests += 1) {
    const speech = said === undefined ? {} : { SpeechResult: said, Confidence: '0.94' };
    const xml = await carrier.post(url, { ...carrier.parameters, ...speech });
    const { words, action, redirect, ends } = readAnswer(xml);
    print(`    xml     ${xml}`);
    if (words !== '') print(`  agent   ${words}`);
    said = action === undefined ? undefined : waiting.shift();
    const next = action !== undefined && said !== undefined ? action : redirect;
    if (ends || next === undefined) break;
    if (said !== undefined) print(`  caller  ${said}`);
    url = next;
  }
  await carrier.post(`${voiceUrl}/status`, { ...carrier.parameters, CallStatus: 'completed' });
}

function ended(child: ChildProcess, signal?: NodeJS.Signals): Promise<number> {
  if (signal !== undefined) child.kill(signal);
  return new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 1)));
}

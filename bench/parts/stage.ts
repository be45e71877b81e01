// Who is on stage in a benchmark: the model and the tools, and one of the two services that talk to them.
import { rmSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { GREETING, SYSTEM, TOOLS } from './conversation.ts';
import type { StorePlace } from '../../src/store/store.ts';
import { createSchema } from '../../test/support/schema.ts';
import { start, type Started } from './processes.ts';
import { createLedger, type Pace, type Settled, type Taken, type Turn } from './seen.ts';

const script = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** With which the carrier signs, and Colloquy verifies, each request. */
export const AUTH_TOKEN = 'token-of-the-bench';

export type Mocks = {
  /** Their addresses. */
  readonly model: string;
  readonly tools: string;
  pace(pace: Pace): Promise<void>;
  /** What callers waited for beyond model and tools in these turns, all of them ended, and what was wrong until now. */
  settle(turns: readonly Turn[]): Promise<Settled>;
  /** What was asked of the model and the tools for no turn of a caller, or after its end. */
  strays(): readonly string[];
  stop(): Promise<void>;
};

/**
 * Runs a benchmark with mocks and a folder of its own, and takes them away whatever comes of it. One that is not over in
 * time ends the process: nothing that it started outlives it.
 */
export async function onStage(
  { endsAfterMs }: { readonly endsAfterMs: number },
  run: (stage: { readonly mocks: Mocks; readonly folder: string }) => Promise<void>,
): Promise<void> {
  const timer = setTimeout(() => {
    console.error(`the benchmark is not over after ${(endsAfterMs / 1000).toFixed(0)} s`);
    process.exit(1);
  }, endsAfterMs);
  const folder = await mkdtemp(path.join(tmpdir(), 'colloquy-bench-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  // What was started notices that this process is gone.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
  try {
    const mocks = await startMocks();
    try {
      await run({ mocks, folder });
    } finally {
      await mocks.stop();
    }
  } finally {
    clearTimeout(timer);
  }
}

async function startMocks(): Promise<Mocks> {
  const model = await start(script('model-server.ts'));
  const tools = await start(script('tool-server.ts')).catch(async (error: unknown) => {
    await model.stop();
    throw error;
  });
  const ledger = createLedger();
  return {
    model: model.url,
    tools: tools.url,
    pace: async (pace) => {
      await Promise.all([model, tools].map((each) => each.ask('pace', pace)));
    },
    settle: async (turns) => {
      const [asked, called] = await Promise.all([model.ask<Taken>('take'), tools.ask<Taken>('take')]);
      ledger.add({ model: asked.spans, tools: called.spans });
      const { addedMs, faults } = ledger.settle(turns);
      return { addedMs, faults: [...asked.faults, ...called.faults, ...faults] };
    },
    strays: () => ledger.strays().map((reference) => `${reference}: model or tools were asked for no turn`),
    stop: async () => {
      await Promise.all([model.stop(), tools.stop()]);
    },
  };
}

export type ServiceOptions = {
  readonly mocks: Pick<Mocks, 'model' | 'tools'>;
  /** Where the application is written and the service runs. */
  readonly folder: string;
  /** Whether garbage can be collected on demand. */
  readonly collects?: boolean;
};

/** Starts a service, with what tells its CPU and memory loaded into it. */
export type Service = (options: ServiceOptions) => Promise<Started>;

export type ServiceName = 'baseline' | StorePlace['kind'];

/** The hand-written loop, and Colloquy with each store; a Postgres is that of `DATABASE_URL`, its tables new each time. */
export const SERVICES: { readonly [S in ServiceName]: Service } = {
  baseline: ({ mocks: { model, tools }, folder, collects }) =>
    start(script('baseline.ts'), [model, tools], { nodeArgs: probed(collects), cwd: folder }),
  memory: (options) => startColloquy(options, ['--store', 'memory']),
  folder: async (options) =>
    startColloquy(options, ['--store', 'folder', '--data-folder', await mkdtemp(path.join(options.folder, 'store-'))]),
  postgres: async (options) => {
    const schema = await createSchema();
    const service = await startColloquy(options, ['--store', 'postgres'], { DATABASE_URL: schema.url });
    let dropped: Promise<void> | undefined;
    return { ...service, stop: () => service.stop().then(() => (dropped ??= schema.drop())) };
  },
};

const probed = (collects = false): readonly string[] => [
  ...(collects ? ['--expose-gc'] : []),
  '--import',
  script('probe.ts'),
];

/** @throws RangeError for a name that no service has. */
export function serviceNamed(name: string): Service {
  if (Object.hasOwn(SERVICES, name)) return SERVICES[name as ServiceName];
  throw new RangeError(`"${name}" is no service; expected one of ${Object.keys(SERVICES).join(', ')}`);
}

async function startColloquy(
  { mocks: { model, tools }, folder, collects }: ServiceOptions,
  storeFlags: readonly string[],
  env: { readonly [name: string]: string } = {},
): Promise<Started> {
  const application = path.join(folder, 'application.xml');
  await writeFile(application, applicationAt(tools));
  const args = ['serve', '--app', `bench=${application}`, '--port', '0', ...storeFlags];
  const toModel = ['--model', 'bench-1', '--model-url', `${model}/v1`, '--allow-host', new URL(tools).host];
  return start(script('../../src/cli/main.ts'), [...args, ...toModel], {
    nodeArgs: probed(collects),
    env: { OPENAI_API_KEY: 'key-of-the-bench', TWILIO_AUTH_TOKEN: AUTH_TOKEN, ...env },
    cwd: folder,
  });
}

/** The voice URL of the one application that a service has. */
export const voiceUrlOf = ({ url }: Pick<Started, 'url'>): string => `${url}/voice/bench`;

function applicationAt(tools: string): string {
  const declared = Object.entries(TOOLS).map(([name, { description, parameters }]) => {
    const each = Object.entries(parameters).map(
      ([parameter, about]) => `<Parameter name="${parameter}" source="model" description="${about}"/>`,
    );
    return `<Tool name="${name}" url="${tools}/${name}"><Description>${description}</Description>${each.join('')}</Tool>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>
<Response>
  <Gather input="speech" speechTimeout="auto" language="en-US">
    <Say>${GREETING}</Say>
    <Converse>
      ${declared.join('\n      ')}
      <System>${SYSTEM}</System>
      <Speech/>
    </Converse>
  </Gather>
</Response>
`;
}

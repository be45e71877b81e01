import { writeFile } from 'node:fs/promises';
import { styleText } from 'node:util';
import { InvalidArgumentError, type Command } from 'commander';
import { VoiceError } from '../errors.ts';
import { findFixtures } from '../replay/find-fixtures.ts';
import { readFixture, writeFixture, type FixtureFiles } from '../replay/fixture.ts';
import { junit, type TestCase } from '../replay/junit.ts';
import { isFaithful, replay, type Replay } from '../replay/replay.ts';
import { differences, replayReport } from '../replay/report.ts';
import { withDocument, type CurrentDocument } from '../replay/with-document.ts';
import { counted, show } from './outcome.ts';
import { readSources, unreadableMessage } from './read-source.ts';

type ReplayFlags = {
  readonly app?: ReadonlyMap<string, string>;
  readonly update?: boolean;
  readonly junit?: string;
};

/** `colloquy replay`: runs recorded calls again and compares every answer, byte for byte, and every request. */
export function replayCommand(program: Command): void {
  program
    .command('replay')
    .description('run recorded calls again and compare every answer and every request')
    .argument('<folder...>', 'fixtures, or folders of them')
    .option('--app <name=source...>', 'run the calls of this application with its document as it is now', application)
    .option('--update', 'write what came out into the fixtures, as what must come out from now on')
    .option('--junit <file>', 'also write the results as JUnit XML, for build servers')
    .action(replayAll);
}

function application(text: string, before: ReadonlyMap<string, string> = new Map()): ReadonlyMap<string, string> {
  const at = text.indexOf('=');
  if (at < 1 || at === text.length - 1) throw new InvalidArgumentError('Expected name=source.');
  return new Map([...before, [text.slice(0, at), text.slice(at + 1)]]);
}

/** There is nothing to expect of a call that goes another way than it did. */
const NOT_UPDATED = '  not updated, as the call goes another way now: edit its call.json, or record it again\n';

/** What became of one fixture. */
type Replayed =
  | { readonly kind: 'same' | 'different'; readonly folder: string; readonly agent: string; readonly result: Replay }
  /** What came out is now what is expected. */
  | { readonly kind: 'updated'; readonly folder: string; readonly agent: string }
  | { readonly kind: 'unusable'; readonly folder: string; readonly problem: string };

async function replayAll(folders: readonly string[], { app, update, junit: junitFile }: ReplayFlags): Promise<void> {
  const documents = await documentsOf(app ?? new Map());
  const fixtures = (await Promise.all(folders.map(findFixtures))).flat();
  const cases: TestCase[] = [];
  const count = { same: 0, different: 0, updated: 0, unusable: 0 };
  for (const folder of fixtures) {
    const began = performance.now();
    const replayed = await replayFolder(folder, documents, update === true);
    count[replayed.kind] += 1;
    cases.push(testCase(replayed, (performance.now() - began) / 1000));
    process.stdout.write(painted(described(replayed)));
    if (update === true && replayed.kind === 'different') process.stdout.write(NOT_UPDATED);
  }
  if (junitFile !== undefined) await writeReport(junitFile, junit(cases));
  const updates = count.updated === 0 ? '' : `, ${counted(count.updated, 'call')} updated`;
  show({
    output: `${count.same} of ${fixtures.length} calls replayed alike${updates}\n`,
    exitCode: count.unusable > 0 ? 2 : count.different > 0 ? 1 : 0,
  });
}

async function replayFolder(
  folder: string,
  documents: ReadonlyMap<string, CurrentDocument>,
  isUpdate: boolean,
): Promise<Replayed> {
  const read = await readFixture(folder).catch((error: unknown) => {
    if (error instanceof VoiceError) return error;
    throw error;
  });
  if (read instanceof VoiceError) return { kind: 'unusable', folder, problem: read.message };
  const { agent } = read.fixture;
  const document = documents.get(agent);
  const files: FixtureFiles = document === undefined ? read : withDocument(read, document);
  const result = replay(files);
  if (isUpdate && result.faults.length === 0 && (!isFaithful(result) || files !== read)) {
    await writeFixture(folder, result.updated);
    return { kind: isFaithful(result) ? 'same' : 'updated', folder, agent, result };
  }
  return { kind: isFaithful(result) ? 'same' : 'different', folder, agent, result };
}

/** The documents of these applications as they are now. @throws CONFIG_INVALID */
async function documentsOf(apps: ReadonlyMap<string, string>): Promise<ReadonlyMap<string, CurrentDocument>> {
  const sources = await readSources([...apps.values()], { allowHosts: [] });
  return new Map(
    [...apps.keys()].flatMap((name, index) => {
      const read = sources[index];
      if (read === undefined) return [];
      if (read.kind === 'unreadable') throw new VoiceError('CONFIG_INVALID', { problem: unreadableMessage(read) });
      return [[name, { source: read.source, text: Buffer.from(read.bytes).toString('utf8') }] as const];
    }),
  );
}

function described(replayed: Replayed): string {
  if (replayed.kind === 'unusable') return `UNUSABLE  ${replayed.problem}\n`;
  if (replayed.kind === 'updated') return `updated  ${replayed.folder}\n`;
  return replayReport(replayed.folder, replayed.result);
}

function testCase(replayed: Replayed, seconds: number): TestCase {
  const { kind, folder: name } = replayed;
  if (kind === 'unusable') return { name, group: '', seconds, error: replayed.problem };
  const common = { name, group: replayed.agent, seconds };
  return kind === 'different' ? { ...common, failure: differences(replayed.result).join('\n') } : common;
}

/** Where the terminal has colours: what was expected in red, what came out in green. */
function painted(text: string): string {
  return text
    .replaceAll(/^ {4}- .*$/gm, (line) => styleText('red', line, { stream: process.stdout }))
    .replaceAll(/^ {4}\+ .*$/gm, (line) => styleText('green', line, { stream: process.stdout }));
}

async function writeReport(file: string, text: string): Promise<void> {
  await writeFile(file, text).catch((cause: unknown) => {
    const problem = `--junit ${file}: cannot be written: ${(cause as Error).message}`;
    throw new VoiceError('CONFIG_INVALID', { problem }, { cause });
  });
}

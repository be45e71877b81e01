// The reference page: the grammar table as people read it. Pure, and derived: what is not in the table is not on the page.
import { cxml, type AttributeGrammar, type ElementGrammar, type RowName } from '../../../grammars/cxml.ts';
import { offeredSessionTools } from '../../interpret/session-tools.ts';
import type { PlatformName } from '../../call/request.ts';
import { attributeRules, elementDialect } from '../../language/dialects.ts';
import { nameOfRow } from '../../language/grammar.ts';
import { PLATFORM_NAMES } from '../../language/platforms.ts';
import { codes, describeValue } from './describe-value.ts';
import { platformParameters } from './platform-parameters.ts';
import { REFERENCE_EXAMPLES } from './reference-examples.ts';
import { REFERENCE_NOTES, type ReferenceNotes } from './reference-notes.ts';

const ROWS: ReadonlyMap<RowName, ElementGrammar> = new Map(
  Object.entries(cxml) as readonly (readonly [RowName, ElementGrammar])[],
);
const SPEECH_MARKUP: ReadonlySet<string> = new Set(cxml.Say.children);
const VERBS: ReadonlySet<string> = new Set(cxml.Response.children);

type Chapter = { readonly title: string; readonly has: (row: string, grammar: ElementGrammar) => boolean };

/** A row belongs to the first chapter that has it. */
const CHAPTERS: readonly Chapter[] = [
  { title: 'The document', has: (row) => row === 'Response' },
  { title: 'The conversation', has: (row, { runs }) => runs === 'here' || row === 'Gather' },
  { title: 'Verbs', has: (row) => VERBS.has(row) },
  { title: 'Nouns', has: (row) => !SPEECH_MARKUP.has(row) },
  { title: 'Speech markup', has: () => true },
];

const INTRODUCTION = `# The language

Every element that Colloquy knows, with its attributes. The page is made from the table that the parser, the checker and the
schema are made from: \`npm run docs\` writes it, and the tests check each example.

- **ours** marks what Colloquy adds to the markup of the vendors. **Decision** marks what the vendors leave open and Colloquy had
  to decide. **Not supported yet** marks what the language has and this version refuses with an error.
- A *stage* URL leads to the next document of the call: Colloquy fetches it. Any other URL is used by the platform, or by a tool
  call, and is passed on. Both may be relative to the document's own URL.
- [What platforms send](#what-platforms-send) lists the parameters that a \`<Parameter>\` can be bound to.
- CXML is the language of Cloudonix, TwiML that of Twilio and of platforms that read it. Elements that Colloquy carries out
  itself work on every platform that it answers.
`;

/** The page as Markdown. */
export function referencePage(): string {
  const left = new Map(ROWS);
  const chapters = CHAPTERS.map(({ title, has }) => {
    const rows = [...left].filter(([row, grammar]) => has(row, grammar));
    for (const [row] of rows) left.delete(row);
    return { title, rows };
  });
  const contents = chapters.map(({ title, rows }) => `- ${title}: ${rows.map(([row]) => link(row)).join(', ')}`);
  return [
    INTRODUCTION,
    `${contents.join('\n')}\n`,
    ...chapters.flatMap(({ title, rows }) => [`## ${title}\n`, ...rows.map(([row, grammar]) => section(row, grammar))]),
    platformParameters(),
  ].join('\n');
}

function section(row: RowName, grammar: ElementGrammar): string {
  const notes = REFERENCE_NOTES[row] ?? {};
  const parts = [
    `<a id="${row}"></a>\n\n### \`<${nameOfRow(row)}>\`${whichOne(row)}`,
    [grammar.summary, ...marks(grammar).map((mark) => `**${mark}.**`)].join(' '),
    [
      ...placement(row, grammar),
      ...(notes.facts ?? []).map((fact) => `- ${fact}`),
      ...(notes.decisions ?? []).map((decision) => `- **Decision.** ${decision}`),
    ].join('\n'),
    sessionToolsLine(row),
    attributeTable(row, grammar, notes),
    `\`\`\`xml\n${REFERENCE_EXAMPLES[row]}\n\`\`\``,
    `[${grammar.extension === true ? 'What it extends' : 'Where it comes from'}](${grammar.docs})`,
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function link(row: RowName): string {
  return `[\`<${nameOfRow(row)}>\`](#${row})`;
}

/** Told only where several rows share a name. */
function whichOne(row: RowName): string {
  const namesakes = [...ROWS.keys()].filter((other) => nameOfRow(other) === nameOfRow(row));
  if (namesakes.length === 1) return '';
  return ` in ${parentsOf(row)
    .map((parent) => `\`<${nameOfRow(parent)}>\``)
    .join(', ')}`;
}

function parentsOf(row: RowName): readonly RowName[] {
  return [...ROWS].filter(([, { children }]) => children.includes(row)).map(([parent]) => parent);
}

function marks({
  extension,
  planned,
}: Pick<AttributeGrammar, 'extension'> & { readonly planned?: true }): readonly string[] {
  return [...(extension === true ? ['Ours'] : []), ...(planned === true ? ['Not supported yet'] : [])];
}

function placement(row: RowName, grammar: ElementGrammar): readonly string[] {
  const { children, once = [], text } = grammar;
  const parents = parentsOf(row);
  const inside = children.map((child) => `${link(child as RowName)}${once.includes(child) ? ' (once)' : ''}`);
  return [
    ...(parents.length === 0 ? [] : [`- Stands in: ${parents.map(link).join(', ')}`]),
    ...(inside.length === 0 ? [] : [`- May hold: ${inside.join(', ')}`]),
    ...(text === undefined ? [] : [`- Text: ${textOf(text)}`]),
    `- Platforms: ${platformsOf(row, grammar)}`,
  ];
}

function platformsOf(row: RowName, { runs, planned }: ElementGrammar): string {
  if (planned === true) return 'none yet';
  if (runs === 'here') return 'every one; Colloquy carries it out';
  const having = PLATFORM_NAMES.filter((platform) => elementDialect(platform, row).cannot === undefined);
  const without = having.filter((platform) => elementDialect(platform, row).leftOut !== undefined);
  const all = having.length === PLATFORM_NAMES.length ? 'every one' : having.join(', ');
  return without.length === 0 ? all : `${all}; left out on ${without.join(', ')}`;
}

function textOf({ required, unless, ...grammar }: NonNullable<ElementGrammar['text']>): string {
  const need =
    required === true ? (unless === undefined ? ', required' : `, required unless there is \`${unless}\``) : '';
  return `${grammar.type === 'string' ? 'any' : describeValue(grammar)}${need}`;
}

function attributeTable(row: RowName, { attributes }: ElementGrammar, notes: ReferenceNotes): string {
  const rows = Object.entries(attributes).map(([name, grammar]) => {
    const cells = [`\`${name}\``, describeValue(grammar), defaultOf(grammar), remarks(row, name, grammar, notes)];
    return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  });
  return rows.length === 0 ? '' : ['| Attribute | Value | Default | |', '|---|---|---|---|', ...rows].join('\n');
}

function defaultOf({ default: value, required }: AttributeGrammar): string {
  if (required === true) return '*required*';
  if (value === undefined) return '';
  return value === '' ? 'the document’s own URL' : `\`${value}\``;
}

function remarks(
  row: RowName,
  name: string,
  grammar: AttributeGrammar,
  { withoutEffect = [] }: ReferenceNotes,
): string {
  const { extension, planned, open } = grammar;
  const later = Array.isArray(planned) ? [`not supported yet: ${codes(planned as readonly string[])}`] : [];
  const parts = [
    ...(extension === true ? ['**ours**'] : []),
    ...(planned === true ? ['**not supported yet**'] : later),
    ...(open === true ? ['another word is passed on with a warning'] : []),
    ...(withoutEffect.includes(name) ? ['accepted, without effect yet'] : []),
    ...platformRemarks(row, name),
  ];
  return parts.join('; ');
}

/** What platforms make of an attribute, as the table of their dialects says. */
function platformRemarks(row: RowName, attribute: string): readonly string[] {
  const rulesOn = (platform: PlatformName): ReturnType<typeof attributeRules> => {
    const dialect = elementDialect(platform, row);
    return dialect.cannot !== undefined || dialect.leftOut !== undefined ? [] : attributeRules(dialect, attribute);
  };
  const leftOut = PLATFORM_NAMES.filter((platform) => rulesOn(platform) === null);
  const adapted = PLATFORM_NAMES.filter((platform) =>
    rulesOn(platform)?.some((rule) => Object.keys(rule).length > 0 && rule.seenTo !== true),
  );
  return [
    ...(leftOut.length === 0 ? [] : [`not sent to ${leftOut.join(', ')}`]),
    ...(adapted.length === 0 ? [] : [`written as ${adapted.join(', ')} ${adapted.length === 1 ? 'takes' : 'take'} it`]),
  ];
}

function sessionToolsLine(row: RowName): string {
  if (row !== 'Converse') return '';
  const offered = offeredSessionTools({ sessionTools: ['hangup', 'redirect', 'dial'] }).map(({ name }) => name);
  return `Session tools that this version offers to the model: ${codes(offered)}.`;
}

import type { Field } from '../config/fields.ts';
import { CONFIG_FILE, CONFIG_VARIABLE, SETTINGS } from '../config/settings.ts';
import { describeField } from './config-schema.ts';

const INTRODUCTION = `# Configuration

\`colloquy serve\`, \`call\` and \`config\` read \`${CONFIG_FILE}\` of the folder in which they are started, or the file that
\`--config\` or \`${CONFIG_VARIABLE}\` names. Without one, flags and environment variables say what is needed: an application
(\`--app bikes=bikes.xml\`), a model's key, a platform's credential.

\`\`\`json
{
  "$schema": "./config.schema.json",
  "publicUrl": "https://voice.example",
  "agents": {
    "bikes": "bikes.xml",
    "clinic": {
      "source": "https://clinic.example/reception.xml",
      "platform": "twilio",
      "platforms": { "twilio": { "authToken": "CLINIC_TWILIO_AUTH_TOKEN" } },
      "secrets": { "appointments": "CLINIC_TOOL_SECRET" },
      "aliases": { "Session": "CallSid" },
      "lines": { "fillers": ["One moment, please.", "I am still looking."] }
    }
  }
}
\`\`\`

**Precedence.** A flag counts before an environment variable, that before the file, and the file before the default. What an
agent says for itself counts before what is said for all agents, wherever that was said. \`colloquy config\` prints every
value with the place it comes from. A variable that is set and blank counts as not set.

**Secrets** are never in the file: a credential, a key or a tool's secret is the *name* of an environment variable. One that
the file names must be set, or nothing starts; those that are named by default may be absent.

**What is verified.** A request for an agent passes if one of the agent's credentials proves it, and is answered with 403
otherwise; \`platform\` narrows that to one. An agent without a credential takes every request, so \`serve\` then listens on this
machine only, unless \`insecure\` says otherwise.

**Faults.** An unknown name, a value of the wrong kind, a name that is there twice: each is told with the line and the column
of the file, or with its flag or variable, and ends the command with exit code 2. A text where an agent could be an object is its
\`source\`. Paths are relative to the folder of the file that names them, and those of flags to the working folder.
`;

/** The page of every setting as Markdown, in the order of the table. */
export function configurationPage(): string {
  const sections = [`## Settings\n\n${table(rowsOf(SETTINGS.fields, []))}`, `## Of one agent\n\n${agentSection()}`];
  return [INTRODUCTION, ...sections].join('\n');
}

function agentSection(): string {
  const fields = Object.entries(SETTINGS.fields.agents.of.fields);
  const isShared = ([name]: readonly [string, Field]): boolean => Object.hasOwn(SETTINGS.fields, name);
  const names = fields.filter(isShared).map(([name]) => `\`${name}\``);
  const rest = `${names.slice(0, -1).join(', ')} and ${names.at(-1)} are written as above, and hold for this agent alone.`;
  const own = Object.fromEntries(fields.filter((field) => !isShared(field)));
  return `Below \`agents\` and the agent's name:\n\n${table(rowsOf(own, []))}\n${rest}\n`;
}

type Row = readonly [name: string, about: string, otherwise: string, byDefault: string];

function rowsOf(fields: { readonly [name: string]: Field }, below: readonly string[]): readonly Row[] {
  return Object.entries(fields).flatMap(([name, field]) => {
    const path = [...below, name];
    if (field.kind === 'object') return rowsOf(field.fields, path);
    const written = `${path.join('.')}${field.kind === 'map' ? '.<name>' : field.kind === 'list' ? '[]' : ''}`;
    const rows: readonly Row[] = [[written, aboutOf(field), otherwiseOf(field), defaultOf(field)]];
    // Agents have a section of their own.
    const within = field.kind === 'map' && field.of.kind === 'object' && field.of.main === undefined;
    return within ? [...rows, ...rowsOf(field.of.fields, [...path, '<name>'])] : rows;
  });
}

function aboutOf(field: Field): string {
  const about = describeField(field);
  if (field.kind === 'words') return `${about} (${field.words.map((word) => `\`${word}\``).join(', ')})`;
  return field.kind === 'integer' ? `${about}; ${field.minimum} to ${field.maximum}` : about;
}

function otherwiseOf({ flag, variable }: Field): string {
  return [flag, variable].flatMap((each) => (each === undefined ? [] : [`\`${each}\``])).join(', ');
}

function defaultOf({ byDefault }: Field): string {
  if (byDefault === undefined) return '';
  if (Array.isArray(byDefault)) return byDefault.map((each) => `\`${String(each)}\``).join(', ');
  // Those of a map are many: `colloquy config` prints them.
  return typeof byDefault === 'object' ? '' : `\`${byDefault}\``;
}

function table(rows: readonly Row[]): string {
  const lines = rows.map((cells) => `| \`${cells[0]}\` | ${cells.slice(1).join(' | ')} |`);
  return ['| Setting | What it is | Flag, variable | Default |', '|---|---|---|---|', ...lines, ''].join('\n');
}

import { PLATFORM_KNOWLEDGE, PLATFORM_NAMES, REQUEST_TYPES } from '../../language/platforms.ts';

const INTRODUCTION = `## What platforms send

The parameters of each platform’s requests, as far as its documents and captured requests show: as a call begins, and what the
result of a verb adds. In *italics*: only with some requests. \`colloquy check --platform\` proves with this table which parameters
would end a call.
`;

/** What each platform sends, as a chapter of the page. */
export function platformParameters(): string {
  const sections = PLATFORM_NAMES.map((platform) => {
    const { sends, docs } = PLATFORM_KNOWLEDGE[platform];
    const lines = REQUEST_TYPES.map((type) => {
      const names = Object.entries(sends[type]).map(([name, { sometimes }]) =>
        sometimes === true ? `*${name}*` : `\`${name}\``,
      );
      return `- ${type}: ${names.length === 0 ? 'nothing more' : names.join(', ')}`;
    });
    return `### ${platform}\n\n${lines.join('\n')}\n\n[Where it comes from](${docs})\n`;
  });
  return [INTRODUCTION, ...sections].join('\n');
}

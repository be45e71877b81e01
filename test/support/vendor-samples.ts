import { readdirSync, readFileSync } from 'node:fs';

export type VendorSample = { readonly name: string; readonly verdict: string; readonly document: string };
export type VendorFile = readonly [
  file: string,
  sections: readonly (readonly [heading: string, samples: readonly VendorSample[]])[],
];

const FOLDER = new URL('../../fixtures/documents/vendors/', import.meta.url);

/** The documents in the manner of the vendors' samples, by file and heading. */
export function vendorFiles(): readonly VendorFile[] {
  return readdirSync(FOLDER).map((file) => {
    const [, ...sections] = readFileSync(new URL(file, FOLDER), 'utf8').split(/^## /m);
    return [file, sections.map(readSection)];
  });
}

function readSection(section: string): readonly [string, readonly VendorSample[]] {
  const [heading = '', ...lines] = section.split('\n');
  const samples = lines.flatMap((line): readonly VendorSample[] => {
    const [name = '', verdict, content = ''] = line.split(' => ');
    return verdict === undefined ? [] : [{ name, verdict, document: `<Response>${content}</Response>` }];
  });
  return [heading, samples];
}

/** What was found in a document, in the form of a verdict. */
export function verdictOf(found: readonly { readonly code: string; readonly text: string }[]): string {
  return found.map(({ code, text }) => `${code}@${text.replaceAll(' ', '_')}`).join(' ') || 'ok';
}

import { readDocument } from '../compile/read-document.ts';
import { VoiceError } from '../errors.ts';
import { formatDiagnostics } from '../language/diagnostics.ts';
import type { FixtureFiles } from './fixture.ts';
import { withoutCredentials } from './redact.ts';

/** An application's document as it is now, and what its faults are printed with. */
export type CurrentDocument = { readonly source: string; readonly text: string };

/**
 * The fixture with this document in place of the application's own, the one that the call began with, wherever it was fetched
 * from the same URL; without the credentials of its URLs, as it would be recorded.
 *
 * @throws APPLICATION_INVALID for a document with faults, its relative URLs resolved as in the call.
 */
export function withDocument({ fixture, files }: FixtureFiles, { source, text }: CurrentDocument): FixtureFiles {
  const arrived = fixture.turns.flatMap(({ steps }) => steps.flatMap((step) => ('document' in step ? [step] : [])));
  const [first] = arrived;
  const reading = readDocument(text, first?.url);
  if (reading.kind === 'invalid') {
    throw new VoiceError('APPLICATION_INVALID', {
      source,
      faults: formatDiagnostics(text, source, reading.diagnostics),
    });
  }
  const clean = withoutCredentials(text);
  const own = arrived.filter(({ url }) => url === first?.url);
  return { fixture, files: new Map([...files, ...own.map(({ document }) => [document, clean] as const)]) };
}

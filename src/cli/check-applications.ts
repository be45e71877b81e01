import { agentSettings, type Config } from '../config.ts';
import { VoiceError } from '../errors.ts';
import { formatDiagnostics, hasErrors } from '../language/diagnostics.ts';
import { checkDocument } from './checked.ts';
import { isWebUrl, readFileSource } from './read-source.ts';

/**
 * Reads every application and fallback of `config` that is a file, and tells its faults under the path that it was named by.
 *
 * @throws APPLICATION_UNREADABLE, APPLICATION_INVALID
 */
export async function checkApplications(config: Config): Promise<void> {
  const sources = [...config.agents.values()].flatMap((agent) => {
    const { source, fallback } = agentSettings(config, agent);
    return fallback === undefined ? [source] : [source, fallback];
  });
  for (const source of new Set(sources)) {
    if (isWebUrl(source)) continue;
    const read = await readFileSource(source);
    if (read.kind === 'unreadable') throw new VoiceError('APPLICATION_UNREADABLE', read);
    const { text, diagnostics } = checkDocument(read);
    if (hasErrors(diagnostics)) {
      throw new VoiceError('APPLICATION_INVALID', { source, faults: formatDiagnostics(text, source, diagnostics) });
    }
  }
}

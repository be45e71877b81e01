import type { ModelConfig } from '../config.ts';
import { PROVIDERS } from '../model/providers.ts';

/** What to say before a model that needs a key is asked without one. */
export function keylessNote({ apiKey, baseUrl }: ModelConfig): string | undefined {
  if (apiKey !== undefined || baseUrl !== PROVIDERS.openai.baseUrl) return undefined;
  return `${PROVIDERS.openai.keyVariable} is not set: the model will refuse every request; set it, or OPENAI_BASE_URL to a server that needs none`;
}

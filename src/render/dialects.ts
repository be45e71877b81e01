import type { PlatformName } from '../call/request.ts';
import type { Dialect } from './dialect.ts';
import { cloudonix } from './dialects/cloudonix.ts';
import { twilio } from './dialects/twilio.ts';

/** How each platform writes an answer. */
export const DIALECTS: { readonly [K in PlatformName]: Dialect } = { cloudonix, twilio };

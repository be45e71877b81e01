import { VoiceError } from '../../errors.ts';
import type { StorePlace } from '../../store/store.ts';
import { valueOf } from './effective.ts';
import type { Environment } from './layers.ts';
import type { Settled } from './settings.ts';

type StoreSettings = Pick<Settled, 'store' | 'dataFolder' | 'database' | 'connections'>;

/**
 * Where calls are kept: as `store` says, else on the server that `database` names, else in the folder. The URL of a server
 * holds its password, so it stands in a variable, and no flag, which every user of the machine can read, says it.
 *
 * @throws CONFIG_INVALID when the URL is wanted and not there, or is none.
 */
export function storePlaceOf(settings: StoreSettings, environment: Environment): StorePlace {
  const { dataFolder: folder, database, connections } = settings;
  const url = valueOf(database, environment);
  const { store: kind = url === undefined ? 'folder' : 'postgres' } = settings;
  if (kind === 'memory') return { kind };
  if (kind === 'folder') return { kind, folder };
  if (url === undefined) {
    throw invalid(`store is postgres, and ${database}, where the URL of the server is expected, is not set`);
  }
  if (!/^postgres(?:ql)?:\/\//.test(url) || !URL.canParse(url)) {
    throw invalid(`${database} is not the URL of a server; expected postgres://user:password@host:port/database`);
  }
  return { kind, url, connections };
}

function invalid(problem: string): VoiceError {
  return new VoiceError('CONFIG_INVALID', { problem });
}

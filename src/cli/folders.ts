import { mkdir } from 'node:fs/promises';
import { VoiceError } from '../errors.ts';
import type { StorePlace } from '../store/store.ts';

const FOLDER_FAULTS: Readonly<Record<string, string>> = {
  EEXIST: 'it is a file; expected a folder',
  ENOTDIR: 'a part of its path is a file; expected folders',
  EACCES: 'it may not be made there',
  EPERM: 'it may not be made there',
  EROFS: 'nothing can be written there',
};

/** Makes a folder where none is. `purpose` begins the fault: `record in`. @throws CONFIG_INVALID */
export async function makeFolder(folder: string, purpose: string): Promise<void> {
  await mkdir(folder, { recursive: true }).catch((cause: unknown) => {
    const { code = '', message } = cause as NodeJS.ErrnoException;
    const problem = `cannot ${purpose} ${folder}: ${FOLDER_FAULTS[code] ?? message}`;
    throw new VoiceError('CONFIG_INVALID', { problem }, { cause });
  });
}

/** Makes the folder that calls are kept in, if they are kept in one. @throws CONFIG_INVALID */
export async function makeStoreFolder(place: StorePlace): Promise<void> {
  if (place.kind === 'folder') await makeFolder(place.folder, 'keep calls in');
}

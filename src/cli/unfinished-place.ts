// Where records of applies under way are kept, if not on the broker: in files of the caller's own, that no checkout brought along.
import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { hasOwnFile, hasOwnFolder } from '../disk/own-place.ts';
import { makeFolder } from '../disk/sync.ts';
import { hasTopoFolder } from '../disk/topo-folder.ts';

export const folder = '.topo/unfinished';

/** A record of a million bindings. */
export const mostBytes = 2 ** 28;

/** Throws ExpectedError where the place, or a file in it, is not the caller's own. */
export async function listUnfinished(): Promise<readonly string[]> {
  if (!(await hasTopoFolder(dirname(folder))) || !(await hasOwnFolder(folder))) return [];
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json'));
  const files = names.sort().map((name) => join(folder, name));
  await Promise.all(files.map((file) => hasOwnFile(file, mostBytes)));
  return files;
}

/** For a file that may be there already. Throws the same, and Node's error where the folder can't be made. */
export async function makePlaceFor(file: string): Promise<void> {
  await hasTopoFolder(dirname(folder));
  await makeFolder(folder);
  await hasOwnFolder(folder);
  await hasOwnFile(file, mostBytes);
}

// The password of a sandbox: random, made before its first boot, in a file that its owner alone can read.
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readOwnFile } from '../disk/own-place.ts';
import { replaceFile } from '../disk/replace-file.ts';
import { notWrittenByTopo } from './error.ts';

export const passwordFileOf = (folder: string): string => join(folder, 'password');

/** What RabbitMQ gives the user guest where nothing is said: sandboxes had it before each had a password of its own. */
const former = 'guest';

const mostBytes = 1000;

/** Of a sandbox that was started before. */
export async function readPassword(folder: string): Promise<string> {
  const file = passwordFileOf(folder);
  const text = await readOwnFile(file, mostBytes);
  if (text === undefined) return former;
  if (/^[0-9a-f]{32,}$/.test(text)) return text;
  throw notWrittenByTopo(file, folder);
}

/** Of a first boot that was cut off before there was a record, too: its data has the password by then. */
export async function makePassword(folder: string): Promise<string> {
  const file = passwordFileOf(folder);
  if (!existsSync(file) && !existsSync(join(folder, 'data'))) {
    await replaceFile(file, randomBytes(24).toString('hex'), { sync: true });
  }
  return readPassword(folder);
}

// The password of a sandbox: random, created before its first boot, in a file that only its owner
// can read.
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readOwnFile } from '../disk/own-place.ts';
import { replaceFile } from '../disk/replace-file.ts';
import { notWrittenByTopo } from './error.ts';

export const passwordFileOf = (folder: string): string => join(folder, 'password');

/** RabbitMQ's default for guest. Sandboxes had it before each got a password of its own. */
const former = 'guest';

const mostBytes = 1000;

/** Reads the password of a sandbox that was started before. */
export async function readPassword(folder: string): Promise<string> {
  const file = passwordFileOf(folder);
  const text = await readOwnFile(file, mostBytes);
  if (text === undefined) return former;
  if (/^[0-9a-f]{32,}$/.test(text)) return text;
  throw notWrittenByTopo(file, folder);
}

/**
 * Keeps an existing one: a first boot that was cut off may have written it into the data already.
 */
export async function makePassword(folder: string): Promise<string> {
  const file = passwordFileOf(folder);
  if (!existsSync(file) && !existsSync(join(folder, 'data'))) {
    await replaceFile(file, randomBytes(24).toString('hex'), { sync: true });
  }
  return readPassword(folder);
}

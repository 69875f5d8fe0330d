// Finds and hashes a shard that is a file. It lies below the root, where workers have it, too.
import { realpath } from 'node:fs/promises';
import { relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TrainingError } from '../../handler.ts';
import { quote } from '../../../topology/quote.ts';
import { hashPath } from '../../data/shard/hash.ts';
import { findBelowRoots } from '../../data/shard/local-file.ts';
import { BadShard } from './shard-problem.ts';
import type { Shard } from '../model/records.ts';
import type { ShardOptions } from './shard-options.ts';

/** `path`: relative to the base, absolute, or a file: URI. Throws BadShard. */
export async function hashLocal(
  path: string,
  sha256: string | undefined,
  { base, root, signal }: Pick<ShardOptions, 'base' | 'root' | 'signal'>,
): Promise<Shard> {
  const asked = resolve(base, toPath(path));
  const realRoot = await realpath(root).catch(() => undefined);
  if (realRoot === undefined)
    throw bad(`the root ${root} is not there`, 'name another: --root DIR');
  const real = await find(asked, path, root, signal);
  const uri = toUri(relative(realRoot, real));
  const found = await hashPath(real, signal);
  if (sha256 === undefined || sha256 === found) return { uri, sha256: found };
  throw bad(
    `${quote(path)} does not hash to the sha256 of the job`,
    `put the right file there, or write sha256: ${found}`,
  );
}

function toPath(path: string): string {
  if (!path.includes(':') || !/^[a-z][a-z0-9+.-]+:\/\//i.test(path)) return path;
  try {
    return fileURLToPath(path);
  } catch {
    throw bad(
      `${quote(path)} is no URI that a shard can have`,
      'name a path, or an http: or https: URI',
    );
  }
}

async function find(
  asked: string,
  path: string,
  root: string,
  signal: AbortSignal,
): Promise<string> {
  const real = await realpath(asked).catch((error: unknown) => {
    const { code = '' } = error as NodeJS.ErrnoException;
    // Don't tell what exists outside of the root.
    if (!isNamedBelow(asked, root)) throw outside(path, root);
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw bad(`there is no file ${quote(path)}`, `looked for at ${asked}`);
    }
    throw bad(`${quote(path)} can't be read: ${code}`, `looked for at ${asked}`);
  });
  try {
    return await findBelowRoots(real, [root], undefined, signal);
  } catch (error) {
    if (!(error instanceof TrainingError)) throw error;
    const isOutside = error.message.endsWith('outside of the roots');
    throw isOutside ? outside(path, root) : bad(error.message, error.hint ?? `it is ${real}`);
  }
}

/** By the name alone; where links lead is another question. */
export function isNamedBelow(path: string, root: string): boolean {
  const folder = resolve(root);
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

export const outside = (path: string, root: string): BadShard =>
  bad(
    `${quote(path)} lies outside of the root ${root}`,
    'put it below the root, where workers have it too, or name another: --root DIR',
  );

/**
 * As a task may have it: without what a URI can't hold, and not to be mistaken for one with a
 * scheme.
 */
function toUri(path: string): string {
  if (/[\0-\x20\x7f-\xa0\\]/.test(path)) {
    throw bad(`${quote(path)} holds a blank, a control or a backslash`, 'rename the file');
  }
  return /^[a-z][a-z0-9+.-]*:/i.test(path) ? `./${path}` : path;
}

const bad = (message: string, hint: string): BadShard => new BadShard('bad-shard', message, hint);

// Reads folders and files back only if the caller made them, and never through a link.
import { constants, type Stats } from 'node:fs';
import { lstat, open, type FileHandle } from 'node:fs/promises';
import { ExpectedError } from '../topology/problem.ts';

/**
 * False if there is no folder. Throws ExpectedError for a link, and for a folder that another user
 * owns or may write to.
 */
export async function hasOwnFolder(path: string): Promise<boolean> {
  const found = await assertNoLink(path);
  if (found?.isDirectory() !== true) return false;
  if (!isOwn(found)) throw isForeign(path, found);
  if ((found.mode & writableByOthers) !== 0) {
    throw new ExpectedError(`${path} can be written to by other users`, {
      hint: `look at what is in it, then: chmod go-w ${path}`,
    });
  }
  return true;
}

/** What is there, if anything. Throws ExpectedError for a link. */
export async function assertNoLink(path: string): Promise<Stats | undefined> {
  const found = await lstat(path).catch(absent);
  if (found?.isSymbolicLink() === true) throw isLink(path);
  return found;
}

/**
 * Reads a file of the caller's own. Undefined if there is none. Throws ExpectedError for anything
 * else.
 */
export async function readOwnFile(file: string, mostBytes: number): Promise<string | undefined> {
  return readFileOf(file, mostBytes, { owner: 'caller' });
}

/** The same for a file that anyone may have made. */
export async function readPlainFile(file: string, mostBytes: number): Promise<string | undefined> {
  return readFileOf(file, mostBytes, { owner: 'anybody' });
}

/** Checks that such a file is there. */
export async function hasOwnFile(file: string, mostBytes: number): Promise<boolean> {
  const handle = await openToRead(file, mostBytes, { owner: 'caller' });
  await handle?.close();
  return handle !== undefined;
}

const writableByOthers = 0o022;

interface Trust {
  readonly owner: 'caller' | 'anybody';
}

async function readFileOf(file: string, most: number, trust: Trust): Promise<string | undefined> {
  const handle = await openToRead(file, most, trust);
  try {
    return await handle?.readFile('utf8');
  } finally {
    await handle?.close();
  }
}

/** O_NONBLOCK: the opening of a pipe would wait for a writer. */
const toRead = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

async function openToRead(
  file: string,
  most: number,
  trust: Trust,
): Promise<FileHandle | undefined> {
  const handle = await open(file, toRead).catch((error: unknown) => notOpened(file, error));
  try {
    if (handle !== undefined) check(file, await handle.stat(), most, trust);
    return handle;
  } catch (error) {
    await handle?.close();
    throw error;
  }
}

function check(file: string, found: Stats, most: number, { owner }: Trust): void {
  if (!found.isFile()) throw isNoFile(file);
  if (owner === 'caller' && !isOwn(found)) throw isForeign(file, found);
  if (found.size <= most) return;
  throw new ExpectedError(`${file} is larger than the ${most} bytes that topo reads of it`, {
    hint: notMadeByTopo,
  });
}

/** open(2): ELOOP for a link with O_NOFOLLOW, ENXIO for a socket. */
function notOpened(file: string, error: unknown): undefined {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ELOOP') throw isLink(file);
  if (code === 'ENXIO') throw isNoFile(file);
  if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
  const hint = 'see to it that you may read it';
  throw new ExpectedError(`${file} can't be read: ${String(code)}`, { hint, cause: error });
}

function absent(error: unknown): undefined {
  const { code } = error as NodeJS.ErrnoException;
  if (code !== 'ENOENT' && code !== 'ENOTDIR') throw error;
  return undefined;
}

/** Windows has no such ids. */
const isOwn = ({ uid }: Stats): boolean => uid === (process.geteuid?.() ?? uid);

const notMadeByTopo = 'topo did not make it so: look where it comes from, and remove it';

const isLink = (path: string): ExpectedError =>
  new ExpectedError(`${path} is a symbolic link, which topo does not follow there`, {
    hint: notMadeByTopo,
  });

const isNoFile = (file: string): ExpectedError =>
  new ExpectedError(`${file} is no regular file`, { hint: notMadeByTopo });

const isForeign = (path: string, { uid }: Stats): ExpectedError =>
  new ExpectedError(`${path} belongs to another user (uid ${uid})`, {
    hint: 'run topo in a folder of yours; what another user put there is not to be trusted',
  });

// The folder that the operator names for passwords. A topology chooses files in it, and none
// elsewhere: no link is followed.
import { constants } from 'node:fs';
import { open, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { ExpectedError } from '../topology/problem.ts';
import { onDisk } from './disk-error.ts';
import { assertNoLink, readOwnFile, readPlainFile } from './own-place.ts';
import { syncFolder } from './sync.ts';

const mostBytes = 10_000;
const lineEnd = /\r?\n$/;

export class SecretsFolder {
  readonly #path: string;

  private constructor(path: string) {
    this.#path = path;
  }

  /** Throws ExpectedError unless it is a folder, or a link to one. */
  static async open(path: string): Promise<SecretsFolder> {
    const found = await stat(path).catch(() => undefined);
    if (found?.isDirectory() === true) return new SecretsFolder(resolve(path));
    const hint = `create it for yourself alone: mkdir -m 700 ${path}`;
    throw new ExpectedError(`there is no folder ${path}`, { hint });
  }

  pathOf(name: string): string {
    return join(this.#path, name);
  }

  /**
   * The text in a file, without the line end. `names`: the way to it, none of them `..`. Throws
   * ExpectedError.
   */
  async read(names: readonly string[]): Promise<string> {
    for (let depth = 1; depth < names.length; depth++)
      await assertNoLink(join(this.#path, ...names.slice(0, depth)));
    const file = join(this.#path, ...names);
    const text = (await readPlainFile(file, mostBytes))?.replace(lineEnd, '');
    if (text === undefined) throw new ExpectedError(`there is no file ${file}`);
    if (text === '') throw new ExpectedError(`${file} is empty`);
    if (/[\r\n]/.test(text))
      throw new ExpectedError(`${file} holds several lines`, { hint: 'a password is one line' });
    return text;
  }

  /**
   * Keeps a text in a new file that its owner alone may read. If the file exists, as after an apply
   * that was cut short, leaves it as it is and returns what it holds. `isWhole` tells a text that
   * was made in the same way. Throws ExpectedError.
   */
  async keep(name: string, text: string, isWhole: (found: string) => boolean): Promise<string> {
    const file = join(this.#path, name);
    if (await onDisk(file, () => writeNew(file, `${text}\n`))) return text;
    const found = await this.#readExisting(name, file);
    if (isWhole(found)) return found;
    throw new ExpectedError(`${file} exists, and holds no whole password that topo made`, {
      hint: 'remove it if it was cut short; name a password of your own with password_file',
    });
  }

  async #readExisting(name: string, file: string): Promise<string> {
    const text = await readOwnFile(file, mostBytes);
    // A file system that ignores case may have opened the file of another name.
    const isItself = (await readdir(this.#path)).includes(name);
    if (text !== undefined && isItself) return text.replace(lineEnd, '');
    throw new ExpectedError(`${file} can't be made: another file stands in its place`, {
      hint: 'name another folder with --secrets-dir',
    });
  }
}

const newFile = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

/** Whether it was written: false if something of this name exists. Survives a power cut. */
async function writeNew(file: string, text: string): Promise<boolean> {
  const handle = await open(file, newFile, 0o600).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return undefined;
  });
  if (handle === undefined) return false;
  try {
    await handle.writeFile(text);
    await handle.sync();
    await syncFolder(dirname(file));
    return true;
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
}

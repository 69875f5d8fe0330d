// Parameters as files named after their hash: what is equal is stored once, and what was damaged is noticed.
import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ExpectedError } from '../../topology/problem.ts';
import { contentOf, type Content } from './content.ts';
import { onDisk } from './disk-error.ts';
import { syncFolder } from './sync-folder.ts';
import type { Stored } from './unit.ts';

/** In place, for all who read files. */
export interface Placed {
  /** Settles when it would outlive the machine's end. Throws DiskError. */
  readonly durable: Promise<unknown>;
}

const extension = '.safetensors';
const temporary = '.tmp';

export class ParameterStore {
  readonly #folder: string;
  /** What this process has written or found sound, by sha256: settles when it is durable. */
  readonly #known = new Map<string, Promise<void>>();

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Makes the folder, and removes what a crash left half written. One process at a time has a store open. Throws DiskError. */
  static async open(folder: string): Promise<ParameterStore> {
    return onDisk(folder, async () => {
      await mkdir(folder, { recursive: true });
      const left = (await readdir(folder)).filter((name) => name.endsWith(temporary));
      await Promise.all(left.map((name) => rm(join(folder, name), { force: true })));
      return new ParameterStore(folder);
    });
  }

  pathOf({ sha256 }: Pick<Stored, 'sha256'>): string {
    return join(this.#folder, sha256 + extension);
  }

  /** Durable once it settles. Writes nothing where the same bytes are there. Throws DiskError. */
  async put(content: Content): Promise<Stored> {
    await (
      await this.place(content)
    ).durable;
    return content.stored;
  }

  /** What is lost before it is durable must be made again from what is. Throws DiskError. */
  async place({ stored: { sha256 }, bytes }: Content): Promise<Placed> {
    if (!(await this.has(sha256))) await this.#write(sha256, bytes);
    return { durable: this.#known.get(sha256) ?? Promise.resolve() };
  }

  /** Undefined where it is missing, or damaged. */
  async find(sha256: string): Promise<Content | undefined> {
    const content = await this.read(sha256).catch(() => undefined);
    // Sync it again: a crash may have come before, and what can be read may not be on the disk.
    if (content && !this.#known.has(sha256)) this.#known.set(sha256, this.#sync(sha256));
    return content;
  }

  /** Throws ExpectedError where it is missing, or its bytes are not those that were stored. */
  async get({ sha256 }: Pick<Stored, 'sha256'>): Promise<Buffer> {
    return (await this.read(sha256)).bytes;
  }

  /** As get does. */
  async read(sha256: string): Promise<Content> {
    const path = this.pathOf({ sha256 });
    const bytes = await readFile(path).catch((error: unknown) => {
      throw unreadable(path, error);
    });
    const content = contentOf(bytes);
    if (content.stored.sha256 === sha256) return content;
    this.#known.delete(sha256);
    throw damaged(path);
  }

  /** Whether it is there, and sound. */
  async has(sha256: string): Promise<boolean> {
    return this.#known.has(sha256) || (await this.find(sha256)) !== undefined;
  }

  async drop(sha256: string): Promise<void> {
    this.#known.delete(sha256);
    const path = this.pathOf({ sha256 });
    await onDisk(path, () => rm(path, { force: true }));
  }

  /** The hashes of all that is there. */
  async list(): Promise<string[]> {
    const names = (await readdir(this.#folder)).filter((name) => name.endsWith(extension));
    return names.map((name) => name.slice(0, -extension.length)).sort();
  }

  async #write(sha256: string, bytes: Buffer): Promise<void> {
    const path = this.pathOf({ sha256 });
    const made = join(this.#folder, randomUUID() + temporary);
    await onDisk(path, async () => {
      const file = await open(made, 'wx', 0o644);
      try {
        await file.writeFile(bytes).finally(() => file.close());
        await rename(made, path);
      } catch (error) {
        await rm(made, { force: true }).catch(() => undefined);
        throw error;
      }
    });
    this.#known.set(sha256, this.#sync(sha256));
  }

  #sync(sha256: string): Promise<void> {
    const path = this.pathOf({ sha256 });
    const synced = onDisk(path, async () => {
      await Promise.all([syncFile(path), syncFolder(this.#folder)]);
    });
    // Told to who waits for it; the next to need it tries again.
    synced.catch(() => this.#known.delete(sha256));
    return synced;
  }
}

async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r+');
  await file.sync().finally(() => file.close());
}

const unreadable = (path: string, error: unknown): ExpectedError =>
  new ExpectedError(`${path} can't be read: ${(error as NodeJS.ErrnoException).code ?? ''}`, {
    hint: 'put it back from a copy, or begin a run anew',
    cause: error,
  });

const damaged = (path: string): ExpectedError =>
  new ExpectedError(`${path} is damaged: it does not hold what its name says`, {
    hint: 'put it back from a copy, or begin a run anew',
  });

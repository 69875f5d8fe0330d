// Parameters as files named after their hash: what is equal is stored once, and what was damaged is noticed.
import { hash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { onDisk } from '../../process/disk-error.ts';
import { ExpectedError } from '../../topology/problem.ts';
import { syncFolder } from './sync-folder.ts';
import type { Stored } from './unit.ts';

export interface Content {
  readonly stored: Stored;
  readonly bytes: Buffer;
}

/** In place, for all who read files. */
export interface Placed extends Content {
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
  async put(bytes: Buffer): Promise<Stored> {
    const { stored, durable } = await this.place(bytes);
    await durable;
    return stored;
  }

  /** What is lost before it is durable must be made again from what is. Throws DiskError. */
  async place(bytes: Buffer): Promise<Placed> {
    const stored = { sha256: hash('sha256', bytes), bytes: bytes.length };
    const { sha256 } = stored;
    if (!(await this.has(sha256))) await this.#write(sha256, bytes);
    return { stored, bytes, durable: this.#durable(sha256) };
  }

  /** Undefined where it is missing, or damaged. */
  async find(sha256: string): Promise<Placed | undefined> {
    if (!(await this.has(sha256))) return undefined;
    return { ...(await this.read(sha256)), durable: this.#durable(sha256) };
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
    if (hash('sha256', bytes) !== sha256) {
      this.#known.delete(sha256);
      throw damaged(path);
    }
    return { stored: { sha256, bytes: bytes.length }, bytes };
  }

  /** Throws ExpectedError where it is missing, or not as long as it was. Does not look into it. */
  async assertThere(stored: Stored): Promise<void> {
    const path = this.pathOf(stored);
    const { size } = await stat(path).catch((error: unknown) => {
      throw unreadable(path, error);
    });
    if (size !== stored.bytes) throw damaged(path);
  }

  /** Whether it is there, and sound. */
  async has(sha256: string): Promise<boolean> {
    if (this.#known.has(sha256)) return true;
    const isSound = await this.read(sha256).then(
      () => true,
      () => false,
    );
    // A crash may have come before it was synced: that it can be read now does not say that it is on the disk.
    if (isSound && !this.#known.has(sha256)) this.#known.set(sha256, this.#sync(sha256));
    return isSound;
  }

  /**
   * Takes a file over, as place does with bytes; once it is durable, it is gone where it was. Where it is gone already, the store may have it:
   * a result that comes a second time. Throws an error that says what is wrong with the file, or DiskError.
   */
  async adopt(path: string, sha256?: string): Promise<Placed> {
    const bytes = await readFile(path).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    });
    if (bytes === undefined) {
      const known = sha256 === undefined ? undefined : await this.find(sha256);
      if (known !== undefined) return known;
      throw new ExpectedError(`${path} does not exist`);
    }
    if (sha256 !== undefined && hash('sha256', bytes) !== sha256) {
      throw new ExpectedError(`${path} does not hash to ${sha256}`);
    }
    // What was checked is what is stored: whoever wrote the file may still have it open.
    const placed = await this.place(bytes);
    const taken = placed.durable.then(() => rm(path, { force: true }).catch(() => undefined));
    return { ...placed, durable: taken };
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

  #durable(sha256: string): Promise<void> {
    return this.#known.get(sha256) ?? Promise.resolve();
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

const hint = 'put it back from a copy; without one, --resume names the round to go back to';

const unreadable = (path: string, cause: unknown): ExpectedError =>
  new ExpectedError(`${path} can't be read: ${(cause as NodeJS.ErrnoException).code ?? ''}`, {
    ...{ hint, cause },
  });

const damaged = (path: string): ExpectedError =>
  new ExpectedError(`${path} is damaged: it does not hold what its name says`, { hint });

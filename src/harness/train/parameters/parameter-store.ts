// Stores parameters as files named after their hash: equal ones are stored once, and damage is
// noticed.
import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { giveFile, giveFolder, ownerOnly, type Access } from '../../../disk/access.ts';
import { onDisk } from '../../../disk/disk-error.ts';
import type { MeanOrder } from './mean.ts';
import { damaged, unreadable, type StoredFile } from './stored-file.ts';
import type { TakeOrder } from './take.ts';
import { inThisThread, type ParameterWork } from './work.ts';
import { takePlace } from '../../../disk/replace-file.ts';
import { makeFolder, syncFile, syncFolder } from '../../../disk/sync.ts';
import type { Stored } from '../model/unit.ts';

/** In place, for all who read files. */
export interface Placed {
  readonly stored: Stored;
  /** Settles once it would survive a power cut. Throws DiskError. */
  readonly durable: Promise<void>;
}

interface StoreOptions {
  /** Where what is done with parameters is done. */
  readonly work?: ParameterWork | undefined;
  /** Who may read the files. */
  readonly access?: Access | undefined;
}

export interface RoundParts extends Pick<MeanOrder, 'optimizer'> {
  readonly base: Stored;
  readonly momentum: Stored | undefined;
  /** In the order of the sums. */
  readonly parts: readonly { readonly parameters: Stored; readonly samples: number }[];
}

const extension = '.safetensors';
const temporary = '.tmp';

export class ParameterStore {
  readonly #folder: string;
  readonly #work: ParameterWork;
  readonly #access: Access;
  /** What this process has written or found sound, by sha256: settles when it is durable. */
  readonly #known = new Map<string, Promise<void>>();

  private constructor(folder: string, { work, access }: { work: ParameterWork; access: Access }) {
    this.#folder = folder;
    this.#work = work;
    this.#access = access;
  }

  /**
   * Makes the folder, and removes what a crash left half written. One process at a time has a store
   * open. Throws DiskError.
   */
  static async open(
    folder: string,
    { work = inThisThread, access = ownerOnly }: StoreOptions = {},
  ): Promise<ParameterStore> {
    return onDisk(folder, async () => {
      await makeFolder(folder);
      const names = await readdir(folder);
      const ending = (end: string) => names.filter((name) => name.endsWith(end));
      const each = (end: string, act: (path: string) => Promise<void>) =>
        Promise.all(ending(end).map((name) => act(join(folder, name))));
      await each(temporary, (path) => rm(path, { force: true }));
      await each(extension, (path) => giveFile(path, access));
      await giveFolder(folder, access);
      return new ParameterStore(folder, { work, access });
    });
  }

  pathOf({ sha256 }: Pick<Stored, 'sha256'>): string {
    return join(this.#folder, sha256 + extension);
  }

  /**
   * Copies what can be used, in one pass; durable once it settles. Throws what is wrong with it,
   * and DiskError.
   */
  async take(order: Omit<TakeOrder, 'to'>): Promise<Stored> {
    const to = this.#newPath();
    const taken = await onDisk(this.#folder, () => this.#work.take({ ...order, to }));
    const { stored, durable } = await this.#adopt(to, taken);
    await durable;
    return stored;
  }

  /**
   * Looks at what is here already as take does. Undefined if it is missing, damaged, or can't be
   * used. Throws DiskError.
   */
  async takeAgain(
    sha256: string,
    order: Pick<TakeOrder, 'fit' | 'like'>,
  ): Promise<Stored | undefined> {
    const from = { kind: 'file', path: this.pathOf({ sha256 }) } as const;
    if (!(await isThere(from.path))) return undefined;
    const look = this.#work.take({ ...order, from, sha256 });
    const stored = await look.catch(() => undefined);
    // Sync it again: a crash may have come before, and what can be read may not be on the disk.
    if (stored) await this.#durable(sha256);
    return stored;
  }

  /**
   * Makes the mean of results; what is lost before it is durable must be made again from what is.
   * Throws ExpectedError.
   */
  async mean({ base, momentum, parts, optimizer }: RoundParts) {
    const to = { parameters: this.#newPath(), momentum: this.#newPath() };
    const order = {
      base: this.#fileOf(base),
      momentum: momentum && this.#fileOf(momentum),
      optimizer,
      to,
      parts: parts.map((part) => ({ ...this.#fileOf(part.parameters), samples: part.samples })),
    };
    const made = await onDisk(this.#folder, () => this.#work.mean(order));
    const parameters = await this.#adopt(to.parameters, made.parameters);
    const kept = made.momentum && (await this.#adopt(to.momentum, made.momentum));
    return { parameters, ...(kept && { momentum: kept }) };
  }

  /** Throws ExpectedError if it is missing, or its bytes are not those that were stored. */
  async check({ sha256 }: Pick<Stored, 'sha256'>): Promise<void> {
    await this.#copy(sha256, undefined);
  }

  /** Copies it to a new file. Throws as check does, and DiskError. */
  async copyTo({ sha256 }: Pick<Stored, 'sha256'>, path: string): Promise<void> {
    await onDisk(path, async () => {
      await this.#copy(sha256, path);
      await syncFile(path);
    });
  }

  /** All of its bytes: of parameters that travel in messages. Throws as check does. */
  async get({ sha256 }: Pick<Stored, 'sha256'>): Promise<Buffer> {
    const path = this.pathOf({ sha256 });
    const bytes = await readFile(path).catch((error: unknown) => {
      throw unreadable(path, error);
    });
    if (createHash('sha256').update(bytes).digest('hex') !== sha256) throw damaged(path);
    return bytes;
  }

  /** Throws ExpectedError if it is missing, or not as long as it was. Does not look into it. */
  async assertThere(stored: Stored): Promise<void> {
    const path = this.pathOf(stored);
    const { size } = await stat(path).catch((error: unknown) => {
      throw unreadable(path, error);
    });
    if (size !== stored.bytes) throw damaged(path);
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

  #fileOf({ sha256 }: Stored): StoredFile {
    return { path: this.pathOf({ sha256 }), sha256 };
  }

  #newPath(): string {
    return join(this.#folder, randomUUID() + temporary);
  }

  #copy(sha256: string, to: string | undefined): Promise<Stored> {
    const from = { kind: 'file', path: this.pathOf({ sha256 }) } as const;
    return this.#work.take({ from, sha256, to });
  }

  /** Gives a new file its name. */
  async #adopt(made: string, stored: Stored): Promise<Placed> {
    const path = this.pathOf(stored);
    await onDisk(path, async () => {
      await giveFile(made, this.#access);
      // Synced beside what follows.
      await takePlace(made, path, { sync: false });
    });
    this.#known.delete(stored.sha256);
    return { stored, durable: this.#durable(stored.sha256) };
  }

  #durable(sha256: string): Promise<void> {
    const known = this.#known.get(sha256);
    if (known) return known;
    const path = this.pathOf({ sha256 });
    const synced = onDisk(path, async () => {
      await Promise.all([syncFile(path), syncFolder(this.#folder)]);
    });
    this.#known.set(sha256, synced);
    // Told to who waits for it; the next to need it tries again.
    synced.catch(() => this.#known.delete(sha256));
    return synced;
  }
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

// Makes a folder for the results of each unit, RUN/results/UNIT, and removes files from there
// alone.
import { mkdir, readdir, realpath, rmdir } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import type { Location as ResultLocation } from '../../messaging/result.generated.ts';
import { isBelow, withFileBelowRoots } from '../../data/shard/local-file.ts';
import { giveFolder, ownerOnly, writable, type Access } from '../../../disk/access.ts';
import { onDisk } from '../../../disk/disk-error.ts';
import { removeFile, removeTree } from '../../../disk/remove.ts';
import { isRunId } from '../model/run-id.ts';
import type { Unit } from '../model/unit.ts';

type Roots = readonly [string, ...string[]];

export class ResultFiles {
  readonly #run: string;
  readonly #runs: string;
  readonly #roots: Roots;
  /** By unit, of results that were not valid: until it is done, another may name the same file. */
  readonly #rejected = new Map<string, ResultLocation[]>();

  private constructor(run: string, runs: string, roots: Roots) {
    this.#run = run;
    this.#runs = runs;
    this.#roots = roots;
  }

  /** `folder`: the run's. What workers name lies below one of the roots. Throws DiskError. */
  static async open(
    run: string,
    folder: string,
    { roots, access = ownerOnly }: { readonly roots: Roots; readonly access?: Access },
  ): Promise<ResultFiles> {
    const path = join(folder, folderName);
    await onDisk(path, async () => {
      await mkdir(path, { recursive: true, mode: ownerOnly.folder });
      await giveFolder(path, writable(access));
    });
    return new ResultFiles(run, dirname(folder), roots);
  }

  /** The folder of a unit, as its task names it. */
  uriOf({ id }: Unit): string {
    const path = join(this.#runs, this.#run, folderName, id.slice(this.#run.length + 1));
    return relative(resolve(this.#roots[0]), resolve(path));
  }

  /** The result is not valid. */
  keepUntilDone({ id }: Unit, location: ResultLocation | undefined): void {
    if (location) this.#rejected.set(id, [...(this.#rejected.get(id) ?? []), location]);
  }

  /** The unit's result is stored: its file goes, and those of results that were not valid. */
  async done({ id }: Unit, location: ResultLocation | undefined): Promise<void> {
    const rejected = this.#rejected.get(id) ?? [];
    this.#rejected.delete(id);
    for (const one of [...rejected, location]) await this.drop(id, this.#run, one);
  }

  /** Removes the file of a result if it lies in the folder of its task. Never throws. */
  async drop(task: string, run: string, location: ResultLocation | undefined): Promise<void> {
    const name = isRunId(run) && task.startsWith(`${run}.`) ? task.slice(run.length + 1) : '';
    if (location?.uri === undefined || !unitName.test(name)) return;
    try {
      const folder = await this.#realFolder(run, name);
      const path = await this.#find(location.uri);
      if (!isBelow(path, folder)) return;
      await removeFile(path);
      // From the inside to the outside, as long as nothing else is in them.
      for (let empty = dirname(path); isBelow(empty, dirname(folder)); empty = dirname(empty))
        await rmdir(empty);
    } catch {
      // It is gone, or another's.
    }
  }

  /** Removes what is left of all units but those of these ids. */
  async sweep(open: ReadonlySet<string>): Promise<void> {
    const folder = await this.#realFolder(this.#run).catch(() => undefined);
    if (folder === undefined) return;
    for (const name of await readdir(folder)) {
      if (open.has(`${this.#run}.${name}`)) continue;
      await removeTree(join(folder, name)).catch(() => undefined);
    }
  }

  /** Of a unit, or of all. Throws if it is missing, or anything on the way to it is a link. */
  async #realFolder(run: string, unit = ''): Promise<string> {
    const path = join(await realpath(this.#runs), run, folderName, unit);
    if ((await realpath(path)) !== path) throw new Error('it is a link');
    return path;
  }

  #find(uri: string): Promise<string> {
    const { signal } = new AbortController();
    return withFileBelowRoots(uri, this.#roots, signal, ({ path }) => Promise.resolve(path));
  }
}

const folderName = 'results';
/** As in unit.ts, without the run. */
const unitName = /^(init|r\d+\.(s\d+|eval))$/;

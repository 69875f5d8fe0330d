// Mounts a disk in memory that tests can fill up: takes root, and in a container its capabilities.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atEnd } from './at-end.ts';

/** Bytes: the smallest size of a file. */
const page = 4096;

/** Milliseconds: a test's timeout can't end a program that it waits for synchronously. */
const timeout = 10_000;

export const canMount =
  process.platform === 'linux' &&
  process.getuid?.() === 0 &&
  spawnSync('unshare', ['--mount', 'true'], { timeout }).status === 0;

export interface SmallDisk {
  readonly path: string;
  /** Removes all files, and leaves room for this many pages. */
  empty(pages: number): void;
  /** Frees the filled space. */
  makeRoom(): void;
  /** The paths of all files, relative to the disk. */
  files(): string[];
}

/** Unmounted after the last test of the file. */
export function mountDisk(): SmallDisk {
  const path = mkdtempSync(join(tmpdir(), 'topo-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', path], { timeout });
  atEnd(() => {
    execFileSync('umount', ['-l', path], { timeout });
    rmdirSync(path);
  });
  const ballast = join(path, 'ballast');
  return {
    path,
    empty: (pages) => {
      for (const name of readdirSync(path)) rmSync(join(path, name), { recursive: true });
      const { bavail, bsize } = statfsSync(path);
      writeFileSync(ballast, Buffer.alloc(bavail * bsize - pages * page));
    },
    makeRoom: () => rmSync(ballast),
    files: () =>
      readdirSync(path, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && entry.name !== 'ballast')
        .map((entry) => join(entry.parentPath, entry.name).slice(path.length + 1)),
  };
}

// A disk of its own, in memory, that is as full as a test wants it: it takes root to mount one, and in a container its capabilities.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atEnd } from './at-end.ts';

/** Bytes: the least that a file takes. */
const page = 4096;

/** Milliseconds: no test's timeout ends a program that is waited for synchronously. */
const timeout = 10_000;

export const canMount =
  process.platform === 'linux' &&
  process.getuid?.() === 0 &&
  spawnSync('unshare', ['--mount', 'true'], { timeout }).status === 0;

export interface SmallDisk {
  readonly path: string;
  /** Removes all that is there, and leaves room for so many pages. */
  empty(pages: number): void;
  /** Takes away what fills it. */
  makeRoom(): void;
  /** The paths of all files, below it. */
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
